-- What visitors of the product did. Times are RFC 3339 texts in UTC, so that they sort as they are.

CREATE TABLE visitors (
    id TEXT PRIMARY KEY NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE page_views (
    visitor_id TEXT NOT NULL REFERENCES visitors (id) ON DELETE CASCADE,
    viewed_at TEXT NOT NULL,
    page TEXT NOT NULL,
    seconds INTEGER NOT NULL CHECK (seconds >= 0),
    PRIMARY KEY (visitor_id, viewed_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE feature_uses (
    visitor_id TEXT NOT NULL REFERENCES visitors (id) ON DELETE CASCADE,
    used_at TEXT NOT NULL,
    feature TEXT NOT NULL,
    PRIMARY KEY (visitor_id, used_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE frustration_signals (
    visitor_id TEXT NOT NULL REFERENCES visitors (id) ON DELETE CASCADE,
    occurred_at TEXT NOT NULL,
    signal TEXT NOT NULL CHECK (signal IN ('rage clicks', 'dead click', 'error message', 'u-turn')),
    page TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (visitor_id, occurred_at)
) STRICT, WITHOUT ROWID;
