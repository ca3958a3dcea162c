//! Stores the status reports of running nodes.

use async_trait::async_trait;
use jeton_core::model::Timestamp;
use jeton_core::store::{NodeReport, NodeStore, Position, Sequence, StoreError};
use time::OffsetDateTime;

use crate::PostgresStore;
use crate::connection::error::{corrupt, failed};
use crate::times::{moment, timestamp};

#[async_trait]
impl NodeStore for PostgresStore {
    async fn report_node(&self, report: &NodeReport, forget_before: Timestamp) -> Result<(), StoreError> {
        self.write(|| async {
            let mut transaction = self.begin().await?;
            let (region, at, bound) = (report.region.as_str(), moment(report.at), moment(forget_before));
            sqlx::query!("DELETE FROM nodes WHERE reported_at < $1", bound)
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
            sqlx::query!(
                "INSERT INTO nodes (id, region, version, position, shared_position, reported_at) VALUES ($1, $2, $3, $4, $5, $6)
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
            transaction.commit().await
        })
        .await
    }

    async fn list_nodes(&self) -> Result<Vec<NodeReport>, StoreError> {
        let rows = sqlx::query_as!(
            NodeRow,
            "SELECT id, region, version, position, shared_position, reported_at FROM nodes ORDER BY region, id",
        )
        .fetch_all(self.reads())
        .await
        .map_err(failed)?;
        rows.into_iter().map(NodeRow::into_report).collect()
    }

    async fn remove_node(&self, id: &str) -> Result<(), StoreError> {
        sqlx::query!("DELETE FROM nodes WHERE id = $1", id).execute(&self.writes).await.map_err(failed)?;
        Ok(())
    }
}

struct NodeRow {
    id: String,
    region: String,
    version: String,
    position: i64,
    shared_position: i64,
    reported_at: OffsetDateTime,
}

impl NodeRow {
    fn into_report(self) -> Result<NodeReport, StoreError> {
        Ok(NodeReport {
            id: self.id,
            region: self.region.parse().map_err(corrupt)?,
            version: self.version,
            position: Position { region: Sequence(self.position), shared: Sequence(self.shared_position) },
            at: timestamp(self.reported_at),
        })
    }
}
