-- Which secrets are not used, and how long secrets were issued for.

-- 1 once the secret was used. A trigger sets it, because servers of the version before record uses too.
ALTER TABLE credentials ADD COLUMN used INTEGER NOT NULL DEFAULT 0;
UPDATE credentials SET used = 1 WHERE number IN (SELECT credential FROM credential_uses);
CREATE TRIGGER credential_used AFTER INSERT ON credential_uses
BEGIN
    UPDATE credentials SET used = 1 WHERE number = new.credential;
END;

-- Each index ends with the number of the secret, which orders the secrets of one second.
CREATE INDEX credential_uses_by_time ON credential_uses (at);
CREATE INDEX credentials_never_used ON credentials (created_at) WHERE used = 0 AND revoked_at IS NULL;

-- Seconds; -1 if it was issued without expiry, nothing if an earlier version issued it. `expires_at` may be sooner
-- after a rotation.
ALTER TABLE credentials ADD COLUMN lifetime INTEGER;
