//! What a restore changes in the copy: tokens that were revoked after the backup must not work again, so all are
//! revoked, by raising the epoch of each region above every epoch that tokens were issued under.

use std::path::Path;

use jeton_core::admin::next_epoch;
use jeton_core::store::{
    Action, AuditEntry, AuditLogEnd, AuditRecord, RecordDigest, RestoreOptions, Sequence, Subject,
};
use jeton_protocol::RegionName;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params};
use serde_json::json;

use crate::copy::{close, open, set_journal};

/// The regions of the database at `path` with their epochs; none where it cannot be read, as a damaged one.
pub(crate) fn read(path: &Path) -> Vec<(String, i64)> {
    let read = || -> rusqlite::Result<_> {
        let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let regions = regions_of(&connection)?;
        close(connection)?;
        Ok(regions)
    };
    read().unwrap_or_default()
}

/// Raises the epochs of the database at `path` above its own and those of `replaced`, unless they are to be kept, and
/// records the restore for each region. Leaves one file, in the journal mode of an open database.
pub(crate) fn raise(
    path: &Path,
    replaced: &[(String, i64)],
    options: &RestoreOptions,
) -> rusqlite::Result<Vec<(RegionName, i64)>> {
    let mut connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    set_journal(&connection, "wal")?;
    let transaction = connection.transaction()?;
    let mut regions = Vec::new();
    for (name, before) in regions_of(&transaction)? {
        let Ok(region) = name.parse::<RegionName>() else { continue };
        let others = replaced.iter().filter(|(other, _)| *other == name).map(|(_, epoch)| *epoch);
        let highest = others.max().unwrap_or(before).max(before);
        let after = if options.keep_tokens { before } else { next_epoch(highest, options.at) };
        transaction.execute("UPDATE regions SET epoch = ? WHERE name = ?", params![after, name])?;
        record(&transaction, &region, (before, after), options)?;
        regions.push((region, after));
    }
    transaction.commit()?;
    close(connection)?;
    Ok(regions)
}

fn regions_of(connection: &Connection) -> rusqlite::Result<Vec<(String, i64)>> {
    let mut statement = connection.prepare("SELECT name, epoch FROM regions ORDER BY name")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

fn record(
    connection: &Connection,
    region: &RegionName,
    (before, after): (i64, i64),
    options: &RestoreOptions,
) -> rusqlite::Result<()> {
    let view = |epoch: i64| Some(json!({ "name": region.as_str(), "epoch": epoch }));
    let entry = AuditEntry {
        at: options.at,
        actor: options.actor.clone(),
        action: Action::Restore,
        subject: Subject::Region(region.clone()),
        before: view(before),
        after: view(after),
    };
    let sequence = connection
        .query_row("SELECT seq FROM sqlite_sequence WHERE name = 'audit'", [], |row| row.get(0))
        .optional()?;
    let digest: Option<Vec<u8>> = connection
        .query_row("SELECT digest FROM audit WHERE digest IS NOT NULL ORDER BY seq DESC LIMIT 1", [], |row| {
            row.get(0)
        })
        .optional()?;
    let end = AuditLogEnd {
        sequence: Sequence(sequence.unwrap_or(0)),
        digest: digest.as_deref().map(RecordDigest::from_stored),
    };
    let record = AuditRecord::following(&end, &entry, Some(region));
    connection.execute(
        "INSERT INTO audit (seq, at, actor, action, region, subject_kind, subject_id, before, after, digest)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        params![
            record.sequence.0,
            record.at.unix(),
            record.actor,
            record.action,
            record.region,
            record.subject_kind,
            record.subject_id,
            record.before,
            record.after,
            record.digest.as_ref().map(RecordDigest::as_bytes),
        ],
    )?;
    Ok(())
}
