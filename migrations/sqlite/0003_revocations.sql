-- Tokens that were taken back one by one, until long after their expiry.

CREATE TABLE revocations (
    -- The order of commit. AUTOINCREMENT: a number is never given twice, not even after the newest rows were removed,
    -- so that whoever has read up to it misses nothing.
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    region TEXT NOT NULL REFERENCES regions (name),
    -- The 16 bytes of the token's id.
    token BLOB NOT NULL,
    -- Whose token it was.
    client_id TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER NOT NULL,
    UNIQUE (region, token)
) STRICT;

CREATE INDEX revocations_by_expiry ON revocations (region, expires_at);
