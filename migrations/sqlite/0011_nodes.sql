-- The servers that run, as they report themselves: what each of them has applied. A report is no change: it is neither
-- audited nor in the change feed.
CREATE TABLE nodes (
    -- What its error ids begin with.
    id TEXT NOT NULL PRIMARY KEY,
    region TEXT NOT NULL,
    version TEXT NOT NULL,
    -- The number of the last audit record whose change it has applied.
    position INTEGER NOT NULL,
    reported_at INTEGER NOT NULL
) STRICT;
