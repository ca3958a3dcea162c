//! What a restore changes in the copy: tokens that were revoked after the backup must not work again, so all are
//! revoked, by raising the epoch of each region above every epoch that tokens were issued under.

use jeton_core::admin::next_epoch;
use jeton_core::store::{Action, AuditEntry, RestoreOptions, StoreError, Subject};
use jeton_protocol::RegionName;
use serde_json::json;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};

use crate::Location;
use crate::audit::record;
use crate::connection::connect;
use crate::connection::error::failed;

/// A region's epoch.
#[derive(Debug, Clone)]
pub(crate) struct RegionEpoch {
    name: String,
    epoch: i64,
}

/// The epochs of the database at `location`; none if it cannot be read, for example because it is damaged.
pub(crate) async fn read(location: &Location) -> Vec<RegionEpoch> {
    let read = async {
        let mut connection = connect::inspection_options(location).connect().await.map_err(failed)?;
        let epochs = list_epochs(&mut connection).await?;
        connection.close().await.map_err(failed)?;
        Ok::<_, StoreError>(epochs)
    };
    read.await.unwrap_or_default()
}

/// Raises the epochs of the database at `location` above its own and those of `replaced`, unless tokens are kept, and
/// records the restore for each region.
pub(crate) async fn raise(
    location: &Location,
    replaced: &[RegionEpoch],
    options: &RestoreOptions,
) -> Result<Vec<(RegionName, i64)>, StoreError> {
    let mut connection = connect::options(location).connect().await.map_err(failed)?;
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
    let mut regions = Vec::new();
    for RegionEpoch { name, epoch: before } in list_epochs(&mut transaction).await? {
        let Ok(region) = name.parse::<RegionName>() else { continue };
        let others = replaced.iter().filter(|other| other.name == name).map(|other| other.epoch);
        let highest = others.fold(before, i64::max);
        let after = if options.keep_tokens { before } else { next_epoch(highest, options.at) };
        sqlx::query!("UPDATE regions SET epoch = ? WHERE name = ?", after, name)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        record::record(&mut transaction, &entry(&region, before, after, options), &region).await?;
        regions.push((region, after));
    }
    // A backup of a store that was copied refuses changes; a restored store is used again.
    sqlx::query!("DELETE FROM store_fence").execute(&mut *transaction).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)?;
    // Moves the log into the file.
    connection.close().await.map_err(failed)?;
    Ok(regions)
}

async fn list_epochs(connection: &mut SqliteConnection) -> Result<Vec<RegionEpoch>, StoreError> {
    sqlx::query_as!(RegionEpoch, "SELECT name, epoch FROM regions ORDER BY name")
        .fetch_all(connection)
        .await
        .map_err(failed)
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
