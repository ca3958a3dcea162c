-- The audit log as hash chains of their own: one for each region, and one for what regions share.
--
-- The table has another name, because servers of the version before must not follow or write it: they would not learn
-- of changes. They stop working instead.

CREATE TABLE audit_records (
    -- A region, 'shared', or 'version-1': the one chain of the versions before.
    chain TEXT NOT NULL,
    -- Counts from 1 in each chain, without gaps.
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor_kind TEXT,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    -- Only in 'version-1', where it is nothing for what all regions share.
    region TEXT,
    tenant TEXT,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    -- JSON.
    before TEXT,
    after TEXT,
    -- The SHA-256 that chains the record to the one before it.
    digest BLOB,
    PRIMARY KEY (chain, seq),
    CHECK (chain = 'version-1' OR actor_kind IS NOT NULL AND digest IS NOT NULL)
) STRICT;

-- The end of each chain. It outlives the records: a number is never given twice.
CREATE TABLE audit_ends (
    chain TEXT NOT NULL PRIMARY KEY,
    seq INTEGER NOT NULL,
    digest BLOB NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO audit_records (chain, seq, at, actor, action, region, subject_kind, subject_id, before, after, digest)
    SELECT 'version-1', seq, at, actor, action, region, subject_kind, subject_id, before, after, digest
    FROM audit ORDER BY seq;
INSERT INTO audit_ends (chain, seq, digest)
    SELECT 'version-1', seq, digest FROM audit WHERE digest IS NOT NULL ORDER BY seq DESC LIMIT 1;
DROP TABLE audit;

CREATE INDEX audit_records_by_time ON audit_records (at, chain, seq);
CREATE INDEX audit_records_by_subject ON audit_records (subject_kind, subject_id, at, chain, seq);

-- What a node has applied of what the regions share. Its `position` is in the chain of its region now.
DELETE FROM nodes;
ALTER TABLE nodes ADD COLUMN shared_position INTEGER NOT NULL DEFAULT 0;

-- Revocations by clients have no audit record each. Once a minute, one record summarizes those that were added.

-- 1 if the revocation has an audit record of its own, 0 if a summary covers it.
ALTER TABLE revocations ADD COLUMN audited INTEGER NOT NULL DEFAULT 1;
-- Each entry ends with the number of the row, so the entries of a region are in the order of their numbers.
CREATE INDEX revocations_by_clients ON revocations (region) WHERE audited = 0;

-- How far each region's revocations by clients are summarized. No row: none is.
CREATE TABLE revocation_summaries (
    region TEXT NOT NULL PRIMARY KEY REFERENCES regions (name),
    -- The number of the last revocation in the last summary.
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
