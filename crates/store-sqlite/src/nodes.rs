//! Stores the status reports of running nodes.

use async_trait::async_trait;
use jeton_core::model::Timestamp;
use jeton_core::store::{NodeReport, NodeStore, Position, Sequence, StoreError};

use crate::SqliteStore;
use crate::connection::error::{corrupt, failed};

#[async_trait]
impl NodeStore for SqliteStore {
    async fn report_node(&self, report: &NodeReport, forget_before: Timestamp) -> Result<(), StoreError> {
        let mut transaction = self.begin_despite_fence().await?;
        let (region, at, bound) = (report.region.as_str(), report.at.unix(), forget_before.unix());
        sqlx::query!("DELETE FROM nodes WHERE reported_at < ?", bound)
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        sqlx::query!(
            "INSERT INTO nodes (id, region, version, position, shared_position, reported_at) VALUES (?, ?, ?, ?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET region = excluded.region, version = excluded.version,
                 position = excluded.position, shared_position = excluded.shared_position,
                 reported_at = excluded.reported_at",
            report.id,
            region,
            report.version,
            report.position.region.0,
            report.position.shared.0,
            at,
        )
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        transaction.commit().await.map_err(failed)
    }

    async fn list_nodes(&self) -> Result<Vec<NodeReport>, StoreError> {
        let rows = sqlx::query_as!(
            NodeRow,
            "SELECT id, region, version, position, shared_position, reported_at FROM nodes ORDER BY region, id",
        )
        .fetch_all(self.reads()?)
        .await
        .map_err(failed)?;
        rows.into_iter().map(NodeRow::into_report).collect()
    }

    async fn remove_node(&self, id: &str) -> Result<(), StoreError> {
        sqlx::query!("DELETE FROM nodes WHERE id = ?", id).execute(self.writes()?).await.map_err(failed)?;
        Ok(())
    }
}

struct NodeRow {
    id: String,
    region: String,
    version: String,
    position: i64,
    shared_position: i64,
    reported_at: i64,
}

impl NodeRow {
    fn into_report(self) -> Result<NodeReport, StoreError> {
        Ok(NodeReport {
            id: self.id,
            region: self.region.parse().map_err(corrupt)?,
            version: self.version,
            position: Position { region: Sequence(self.position), shared: Sequence(self.shared_position) },
            at: Timestamp::from_unix(self.reported_at),
        })
    }
}
