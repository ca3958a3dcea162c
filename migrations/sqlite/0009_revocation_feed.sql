-- What the revocation feed is made of.

-- Whom the token was for. Nothing where a version before this one revoked it: then it may concern everybody.
ALTER TABLE revocations ADD COLUMN audience TEXT;

-- A new account begins with the second of its creation, and each rise is by one at least: the accounts whose epoch was
-- raised, and not the million that were created today.
CREATE INDEX accounts_by_raised_epoch ON accounts (region, epoch) WHERE epoch > created_at;
CREATE INDEX tenants_by_epoch ON tenants (epoch);
