-- When secrets were last used, what a secret may do less than its account, and which secrets end soon.

-- Apart from the credentials: it is written all the time, and writing an account must not set it back.
CREATE TABLE credential_uses (
    credential INTEGER NOT NULL PRIMARY KEY REFERENCES credentials (number) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    -- An IP address.
    address TEXT NOT NULL
) STRICT;

-- Scopes separated by spaces; nothing: all that the account is granted.
ALTER TABLE credentials ADD COLUMN scope TEXT;
-- A JSON array of networks.
ALTER TABLE credentials ADD COLUMN allow_cidr TEXT NOT NULL DEFAULT '[]';

CREATE INDEX credentials_by_end ON credentials (expires_at, id) WHERE expires_at IS NOT NULL AND revoked_at IS NULL;
