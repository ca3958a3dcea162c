//! Limits the look-ups of ids that may not exist, so that callers who invent ids cannot take the store from the others.

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::limit::network_shares::{NetworkShare, NetworkShares};
use crate::limit::rate_window::RateWindows;
use crate::model::CallerNetwork;

/// The look-ups of one node.
#[derive(Debug)]
pub(crate) struct LookupLane {
    waiting: Semaphore,
    running: Semaphore,
    shares: NetworkShares,
    of_network: RateWindows,
    of_node: RateWindows,
}

/// The place of one look-up. Dropping it frees the place.
#[derive(Debug)]
pub(crate) struct LookupPlace<'a> {
    _waiting: SemaphorePermit<'a>,
    _share: NetworkShare,
    running: &'a Semaphore,
}

impl LookupLane {
    pub(crate) fn new() -> Self {
        Self {
            waiting: Semaphore::new(PLACES),
            running: Semaphore::new(RUNNING),
            shares: NetworkShares::new(PLACES / 4),
            of_network: RateWindows::new(PER_NETWORK, Duration::from_secs(1), NETWORKS),
            of_node: RateWindows::new(PER_NODE, Duration::from_secs(1), 1),
        }
    }

    /// Whether an id that does not seem to exist is looked up nevertheless: its account may have been created a moment
    /// ago. Counts the look-up. `now` is monotonic time.
    pub(crate) fn may_look_up_unknown(&self, network: CallerNetwork, now: Duration) -> bool {
        self.of_network.reserve(network, 1, now).is_ok() && self.of_node.reserve((), 1, now).is_ok()
    }

    /// A place for a look-up that a caller from `network` causes. `None` if all are taken, or the share of the network.
    pub(crate) fn enter(&self, network: CallerNetwork) -> Option<LookupPlace<'_>> {
        let share = self.shares.take(network)?;
        let waiting = self.waiting.try_acquire().ok()?;
        Some(LookupPlace { _waiting: waiting, _share: share, running: &self.running })
    }
}

impl<'a> LookupPlace<'a> {
    /// Waits for the turn of this look-up, which lasts until the result is dropped.
    pub(crate) async fn turn(&self) -> Option<SemaphorePermit<'a>> {
        // The semaphore is never closed.
        self.running.acquire().await.ok()
    }
}

/// Look-ups that run or wait.
const PLACES: usize = 1_024;
/// Look-ups that run at the same time.
const RUNNING: usize = 2;
/// Look-ups of ids that do not seem to exist, per second.
const PER_NETWORK: u32 = 5;
const PER_NODE: u32 = 50;
/// A counter takes 32 bytes.
const NETWORKS: usize = 8_192;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CallerAddress;

    fn network(address: &str) -> CallerNetwork {
        address.parse::<CallerAddress>().unwrap().network()
    }

    #[test]
    fn one_network_cannot_take_all_places() {
        let lane = LookupLane::new();
        let places: Vec<_> = std::iter::from_fn(|| lane.enter(network("192.0.2.1"))).collect();
        assert_eq!(places.len(), PLACES / 4);
        assert!(lane.enter(network("192.0.2.2")).is_some());
        drop(places);
        assert!(lane.enter(network("192.0.2.1")).is_some());
    }

    #[test]
    fn unknown_ids_are_looked_up_a_few_times_a_second() {
        let lane = LookupLane::new();
        let allowed = |address: &str, seconds: u64| {
            (0..100)
                .filter(|_| lane.may_look_up_unknown(network(address), Duration::from_secs(seconds)))
                .count()
        };
        assert_eq!(allowed("192.0.2.1", 0), 5);
        assert_eq!(allowed("192.0.2.2", 0), 5);
        assert_eq!(allowed("192.0.2.1", 1), 5);
        let many: usize = (0..100).map(|host| allowed(&format!("198.51.100.{host}"), 1)).sum();
        assert_eq!(many, 45, "50 a second for the node");
    }
}
