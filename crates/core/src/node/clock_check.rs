//! Detects that this node's clock is far behind the times in the store. With such a clock, tokens would expire too
//! late.
//!
//! A clock that is ahead cannot be detected: it looks the same as time that passed since the last record.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::model::Timestamp;
use crate::store::{AuditFilter, AuditOrder, AuditPage, Store, StoreError};

/// The time of the newest audit record that this node has read.
#[derive(Debug)]
pub(crate) struct NewestRecord(AtomicI64);

impl Default for NewestRecord {
    fn default() -> Self {
        Self(AtomicI64::new(i64::MIN))
    }
}

impl NewestRecord {
    /// Reads the time of the newest audit record.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub(crate) async fn read(&self, store: &dyn Store) -> Result<(), StoreError> {
        let page = AuditPage { order: AuditOrder::NewestFirst, after: None, limit: 1 };
        let newest = store.list_audit(&AuditFilter::default(), &page).await?;
        if let Some(record) = newest.first() {
            self.0.store(record.at.unix(), Ordering::Relaxed);
        }
        Ok(())
    }

    /// How far a clock that shows `now` is behind the newest audit record, if that is more than allowed.
    pub(crate) fn lag(&self, now: Timestamp) -> Option<Duration> {
        let newest = Timestamp::from_unix(self.0.load(Ordering::Relaxed));
        Some(now.until(newest)).filter(|lag| *lag > MAX_LAG)
    }
}

/// How much the clocks of one installation may differ.
const MAX_LAG: Duration = Duration::from_mins(5);
