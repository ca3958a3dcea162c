//! The pace of failed authentications, of each network and of the node (decision 0023).

use std::convert::Infallible;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use jeton_core::model::CallerNetwork;
use quick_cache::sync::Cache;
use tokio::time::Instant;

use super::pace::{Pace, Rate};

#[derive(Debug)]
pub(super) struct FailurePaces {
    networks: Cache<CallerNetwork, Arc<Pace>>,
    node: Pace,
}

impl FailurePaces {
    pub(super) fn new() -> Self {
        Self { networks: Cache::new(MAX_NETWORKS.get()), node: Pace::default() }
    }

    /// How long a failure from `network` must wait for its turn.
    pub(super) fn reserve(&self, network: CallerNetwork, now: Instant) -> Duration {
        let make = || -> Result<_, Infallible> { Ok(Arc::new(Pace::default())) };
        let Ok(pace) = self.networks.get_or_insert_with(&network, make);
        pace.reserve(now, &OF_NETWORK).max(self.node.reserve(now, &OF_NODE))
    }
}

/// 100 a second.
const OF_NETWORK: Rate = Rate { interval: Duration::from_millis(10), burst: 100, longest_wait: LONGEST_WAIT };
/// 2,000 a second.
const OF_NODE: Rate = Rate { interval: Duration::from_micros(500), burst: 2_000, longest_wait: LONGEST_WAIT };
/// With the wait for a read of the change feed, an answer takes at most five seconds.
const LONGEST_WAIT: Duration = Duration::from_millis(4_750);
/// A network takes about 100 bytes.
const MAX_NETWORKS: NonZeroUsize = NonZeroUsize::new(65_536).unwrap();
