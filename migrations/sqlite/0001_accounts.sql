-- Regions, tenants, resources, accounts, credentials, signing keys, and the audit log that is also the change feed.
-- Times are whole Unix seconds, flags 0 or 1. Accounts, keys and master key checks belong to a region;
-- tenants and resources are shared by all regions of a database.

CREATE TABLE regions (
    name TEXT NOT NULL PRIMARY KEY,
    epoch INTEGER NOT NULL,
    -- What a master key must open; nothing before the first key.
    master_key_check BLOB
) STRICT, WITHOUT ROWID;

CREATE TABLE tenants (
    name TEXT NOT NULL PRIMARY KEY,
    enabled INTEGER NOT NULL,
    accounts_allowed INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO tenants (name, enabled, accounts_allowed, epoch, created_at, version)
VALUES ('default', 1, 1, 0, unixepoch(), 1);

CREATE TABLE resources (
    uri TEXT NOT NULL PRIMARY KEY,
    name TEXT,
    algorithm TEXT NOT NULL,
    -- Seconds.
    token_ttl INTEGER,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE scopes (
    resource TEXT NOT NULL REFERENCES resources (uri) ON DELETE CASCADE,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (resource, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE scope_implications (
    resource TEXT NOT NULL,
    scope TEXT NOT NULL,
    implied TEXT NOT NULL,
    PRIMARY KEY (resource, scope, implied),
    FOREIGN KEY (resource, scope) REFERENCES scopes (resource, name) ON DELETE CASCADE,
    FOREIGN KEY (resource, implied) REFERENCES scopes (resource, name) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX scope_implications_by_implied ON scope_implications (resource, implied);

CREATE TABLE accounts (
    id INTEGER NOT NULL PRIMARY KEY,
    region TEXT NOT NULL REFERENCES regions (name),
    client_id TEXT NOT NULL,
    tenant TEXT NOT NULL REFERENCES tenants (name),
    name TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    -- Seconds.
    token_ttl INTEGER,
    expires_at INTEGER,
    -- A JSON array of networks.
    allow_cidr TEXT NOT NULL,
    default_resource TEXT REFERENCES resources (uri),
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    -- A deleted account is found no more. Its row stays for its epoch: see `add_account`.
    deleted_at INTEGER,
    UNIQUE (region, client_id)
) STRICT;

CREATE UNIQUE INDEX accounts_by_name ON accounts (name, region, tenant) WHERE deleted_at IS NULL;
CREATE INDEX accounts_by_tenant ON accounts (tenant, region, client_id);
CREATE INDEX accounts_by_default_resource ON accounts (default_resource) WHERE default_resource IS NOT NULL;

-- No cascade from scopes: a scope that is granted cannot be removed.
CREATE TABLE grants (
    account INTEGER NOT NULL REFERENCES accounts (id),
    resource TEXT NOT NULL,
    scope TEXT NOT NULL,
    PRIMARY KEY (account, resource, scope),
    FOREIGN KEY (resource, scope) REFERENCES scopes (resource, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX grants_by_scope ON grants (resource, scope);

-- Whose tokens an account may introspect.
CREATE TABLE introspection_rights (
    account INTEGER NOT NULL REFERENCES accounts (id),
    resource TEXT NOT NULL REFERENCES resources (uri),
    PRIMARY KEY (account, resource)
) STRICT, WITHOUT ROWID;

CREATE INDEX introspection_rights_by_resource ON introspection_rights (resource);

CREATE TABLE credentials (
    -- The order in which they were added.
    number INTEGER NOT NULL PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES accounts (id),
    id TEXT NOT NULL,
    -- generated or imported; readers pass over kinds that they do not know.
    kind TEXT NOT NULL,
    -- Of a generated secret.
    lookup BLOB,
    label TEXT,
    hash TEXT NOT NULL,
    last_four TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    UNIQUE (account, id)
) STRICT;

CREATE INDEX credentials_by_lookup ON credentials (lookup) WHERE lookup IS NOT NULL;
CREATE INDEX credentials_imported ON credentials (account) WHERE kind = 'imported' AND revoked_at IS NULL;

CREATE TABLE signing_keys (
    -- The order in which they were added.
    number INTEGER NOT NULL PRIMARY KEY,
    region TEXT NOT NULL REFERENCES regions (name),
    id TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    state TEXT NOT NULL,
    sealed_private_key BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (region, id)
) STRICT;

CREATE UNIQUE INDEX signing_keys_active ON signing_keys (region, algorithm) WHERE state = 'active';

-- AUTOINCREMENT: a number is never given twice, not even after the newest rows were removed.
CREATE TABLE audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    -- Nothing for what all regions share.
    region TEXT,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    -- JSON.
    before TEXT,
    after TEXT
) STRICT;

CREATE INDEX audit_by_subject ON audit (subject_kind, subject_id);
