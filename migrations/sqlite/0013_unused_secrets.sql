-- Which secrets are not used, how long secrets were issued for, and the names that tenants had before.

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

-- A name is removed when another tenant gets it.
CREATE TABLE former_tenant_names (
    name TEXT NOT NULL PRIMARY KEY,
    -- Nothing if the tenant was deleted.
    tenant TEXT REFERENCES tenants (name),
    -- The epoch of the tenant when it gave up the name or was deleted.
    epoch INTEGER NOT NULL,
    given_up_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX former_tenant_names_by_tenant ON former_tenant_names (tenant) WHERE tenant IS NOT NULL;
