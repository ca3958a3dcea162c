//! This node as operators see it: how far it has applied the change feed, which of its writes fail, and whether its
//! clock is right. It also runs the checks and the maintenance of keys that these depend on.

use std::sync::Arc;
use std::time::Duration;

use crate::context::Context;
use crate::keys::KeyRingError;
use crate::memory::directory::Directory;
use crate::node::clock_check::NewestRecord;
use crate::node::store_writes::{FailingWrite, StoreWrite, StoreWrites};
use crate::store::transfer::Fence;
use crate::store::{NodeReport, Position, StoreError};

/// The state of a running node, and the tasks that check it.
#[derive(Debug)]
pub struct NodeHealth {
    pub(crate) context: Context,
    pub(crate) directory: Arc<Directory>,
    pub(crate) writes: Arc<StoreWrites>,
    pub(crate) newest_record: NewestRecord,
}

impl NodeHealth {
    /// Reports how far this node has applied the change feed, and returns that position.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot write it. Only confirmations depend on reports.
    pub async fn report_node(&self, id: &str, version: &str) -> Result<Position, StoreError> {
        let position = self.directory.position();
        let report = NodeReport {
            id: id.to_owned(),
            region: self.context.region.clone(),
            version: version.to_owned(),
            position,
            at: self.context.clock.now(),
        };
        self.context.store.report_node(&report, report.at.before(FORGET_AFTER)).await?;
        Ok(position)
    }

    /// Removes the report of this node when it stops.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot write it. The node then counts as running for another 30 seconds.
    pub async fn remove_node(&self, id: &str) -> Result<(), StoreError> {
        self.context.store.remove_node(id).await
    }

    /// The kinds of writes that fail now. Empty while all succeed.
    #[must_use]
    pub fn failing_writes(&self) -> Vec<FailingWrite> {
        self.writes.failing()
    }

    /// How many writes have failed since startup.
    #[must_use]
    pub fn write_failures(&self) -> u64 {
        self.writes.failures()
    }

    /// If writes fail, tries a write that changes no data. Returns whether the store can be written again. Called every
    /// few seconds.
    ///
    /// # Errors
    /// [`StoreError`] when the store still cannot be written.
    pub async fn retry_writing(&self) -> Result<bool, StoreError> {
        if self.writes.failing().is_empty() {
            return Ok(false);
        }
        match self.context.store.check_writable().await {
            // It could be written if it were not fenced.
            Ok(()) | Err(StoreError::Fenced(_)) => self.writes.clear(),
            Err(error) => return Err(error),
        }
        Ok(true)
    }

    /// Reads whether the store refuses changes because it was copied. Called at startup and every few seconds.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn read_fence(&self) -> Result<(), StoreError> {
        self.writes.set_fence(self.context.store.find_fence().await?);
        Ok(())
    }

    /// Why the store refuses changes, as far as this node knows.
    #[must_use]
    pub fn fence(&self) -> Option<Fence> {
        self.writes.fence()
    }

    /// Reads the time of the newest audit record. Called at startup and every few seconds.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn read_newest_record(&self) -> Result<(), StoreError> {
        self.newest_record.read(&*self.context.store, &self.context.region).await
    }

    /// How far this node's clock is behind the newest audit record, if that is more than allowed.
    #[must_use]
    pub fn clock_lag(&self) -> Option<Duration> {
        self.newest_record.lag(self.context.clock.now())
    }

    /// Does the due maintenance of the region's keys ([`KeyKeeper::maintain`](crate::KeyKeeper::maintain)).
    ///
    /// # Errors
    /// [`KeyRingError`] when a key cannot be created or stored.
    pub async fn maintain_keys(&self) -> Result<(), KeyRingError> {
        match self.directory.keeper().maintain().await {
            Err(KeyRingError::Store(error)) => {
                let failed: Result<(), _> = Err(error);
                self.writes.record(StoreWrite::KeyMaintenance, &failed, self.context.clock.now());
                Ok(failed?)
            }
            other => other,
        }
    }
}

/// How long a node that was killed stays listed.
const FORGET_AFTER: Duration = Duration::from_hours(24);
