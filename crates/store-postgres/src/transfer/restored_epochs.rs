//! What a restore changes in the copy: tokens that were revoked after the backup must not work again, so all are
//! revoked, by raising the epoch of each region above every epoch that tokens were issued under.

use jeton_core::admin::next_epoch;
use jeton_core::store::{Action, AuditEntry, RestoreOptions, StoreError, Subject};
use jeton_protocol::RegionName;
use serde_json::json;
use sqlx::PgConnection;

use crate::audit::record::record;
use crate::connection::error::failed;

/// A region's epoch.
#[derive(Debug, Clone)]
pub(super) struct RegionEpoch {
    name: String,
    epoch: i64,
}

/// The epochs of the regions.
pub(super) async fn list(connection: &mut PgConnection) -> Result<Vec<RegionEpoch>, sqlx::Error> {
    sqlx::query_as!(RegionEpoch, "SELECT name, epoch FROM regions ORDER BY name").fetch_all(connection).await
}

/// Raises the epochs above the present ones and those of `replaced`, unless tokens are kept, and records the restore
/// for each region.
pub(super) async fn raise(
    connection: &mut PgConnection,
    replaced: &[RegionEpoch],
    options: &RestoreOptions,
) -> Result<Vec<(RegionName, i64)>, StoreError> {
    let mut regions = Vec::new();
    for RegionEpoch { name, epoch: before } in list(connection).await.map_err(failed)? {
        let Ok(region) = name.parse::<RegionName>() else { continue };
        let others = replaced.iter().filter(|other| other.name == name).map(|other| other.epoch);
        let highest = others.fold(before, i64::max);
        let after = if options.keep_tokens { before } else { next_epoch(highest, options.at) };
        sqlx::query!("UPDATE regions SET epoch = $1 WHERE name = $2", after, name)
            .execute(&mut *connection)
            .await
            .map_err(failed)?;
        record(connection, &entry(&region, before, after, options), &region).await?;
        regions.push((region, after));
    }
    Ok(regions)
}

fn entry(region: &RegionName, before: i64, after: i64, options: &RestoreOptions) -> AuditEntry {
    let view = |epoch: i64| Some(json!({ "name": region.as_str(), "epoch": epoch }));
    AuditEntry {
        at: options.at,
        actor: options.actor.clone(),
        action: Action::Restore,
        tenant: None,
        subject: Subject::Region(region.clone()),
        before: view(before),
        after: view(after),
    }
}
