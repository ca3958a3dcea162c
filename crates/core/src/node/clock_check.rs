//! Detects that this node's clock is far behind the times in the store. With such a clock, tokens would expire too
//! late.
//!
//! A clock that is ahead cannot be detected: it looks the same as time that passed since the last record.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jeton_protocol::RegionName;

use crate::model::{Chain, Timestamp};
use crate::store::{Store, StoreError};

/// The time of the newest audit record that this node has read.
#[derive(Debug)]
pub(crate) struct NewestRecord(AtomicI64);

impl Default for NewestRecord {
    fn default() -> Self {
        Self(AtomicI64::new(i64::MIN))
    }
}

impl NewestRecord {
    /// Reads the time of the newest audit record: the later of the last records of the region and of
    /// what the regions share.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub(crate) async fn read(&self, store: &dyn Store, region: &RegionName) -> Result<(), StoreError> {
        let own = Chain::Region(region.clone());
        let chains = store.list_chains().await?.into_iter();
        let chains = chains.filter(|chain| chain.end.chain == own || chain.end.chain == Chain::Shared);
        if let Some(newest) = chains.filter_map(|chain| chain.last_at).max() {
            self.0.store(newest.unix(), Ordering::Relaxed);
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
