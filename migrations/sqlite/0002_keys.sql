-- Signing and sealing keys of the regions, with their life cycle. They take the place of `signing_keys`, which stays
-- as it was for nodes of the version before, until a later migration removes it.

CREATE TABLE keys (
    -- The order in which they were added.
    number INTEGER NOT NULL PRIMARY KEY,
    region TEXT NOT NULL REFERENCES regions (name),
    id TEXT NOT NULL,
    -- An algorithm that signs, or `sealing`, or `lookup`; readers pass over kinds and states that they do not know.
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    -- Encrypted under the master key; nothing once the key is removed or revoked.
    sealed BLOB,
    created_at INTEGER NOT NULL,
    -- When it began to sign or seal, when it stopped, when it was removed or revoked.
    activated_at INTEGER,
    retired_at INTEGER,
    ended_at INTEGER,
    version INTEGER NOT NULL,
    UNIQUE (region, id)
) STRICT;

-- Of each kind one signs, and one stands by.
CREATE UNIQUE INDEX keys_active ON keys (region, kind) WHERE state = 'active';
CREATE UNIQUE INDEX keys_published ON keys (region, kind) WHERE state = 'published';

INSERT INTO keys (region, id, kind, state, sealed, created_at, activated_at, version)
SELECT region, id, algorithm, state, sealed_private_key, created_at, created_at, 1 FROM signing_keys ORDER BY number;

ALTER TABLE resources ADD COLUMN token_format TEXT NOT NULL DEFAULT 'jwt';
-- The algorithm that signs while the first key of `algorithm` is not known to all verifiers yet.
ALTER TABLE resources ADD COLUMN previous_algorithm TEXT;
