-- What people note about an account, and the orders in which accounts are listed.

ALTER TABLE accounts ADD COLUMN description TEXT;
-- Who is responsible for the account: a person or a team.
ALTER TABLE accounts ADD COLUMN owner TEXT;
-- A JSON object of texts.
ALTER TABLE accounts ADD COLUMN labels TEXT NOT NULL DEFAULT '{}';
-- The last use of any of its secrets, written together with that use. 0: never used.
ALTER TABLE accounts ADD COLUMN last_used_at INTEGER NOT NULL DEFAULT 0;

UPDATE accounts SET last_used_at = coalesce(
    (SELECT max(u.at) FROM credentials c JOIN credential_uses u ON u.credential = c.number
     WHERE c.account = accounts.id), 0);

-- The id within its region is the order of the unique constraint.
CREATE INDEX accounts_listed_by_name ON accounts (region, name, client_id) WHERE deleted_at IS NULL;
CREATE INDEX accounts_listed_by_creation ON accounts (region, created_at, client_id) WHERE deleted_at IS NULL;
CREATE INDEX accounts_listed_by_use ON accounts (region, last_used_at, client_id) WHERE deleted_at IS NULL;
