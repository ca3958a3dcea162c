//! How many of some places each network holds, so that one network cannot hold them all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::model::CallerNetwork;

/// The places that networks hold now. A network is forgotten when it holds none.
#[derive(Debug, Clone)]
pub(crate) struct NetworkShares {
    most: usize,
    held: Arc<Mutex<HashMap<CallerNetwork, usize>>>,
}

/// One place of a network, given back when dropped.
#[derive(Debug)]
pub(crate) struct NetworkShare {
    network: CallerNetwork,
    shares: NetworkShares,
}

impl NetworkShares {
    /// A network may hold `most` places, and at least one.
    pub(crate) fn new(most: usize) -> Self {
        Self { most: most.max(1), held: Arc::default() }
    }

    /// A place for `network`, unless it holds as many as it may.
    pub(crate) fn take(&self, network: CallerNetwork) -> Option<NetworkShare> {
        let mut held = self.held();
        let count = held.entry(network).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        drop(held);
        Some(NetworkShare { network, shares: self.clone() })
    }

    /// A thread that panicked meanwhile left whole counts.
    fn held(&self) -> MutexGuard<'_, HashMap<CallerNetwork, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for NetworkShare {
    fn drop(&mut self) {
        let mut held = self.shares.held();
        if let Some(count) = held.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;
    use crate::model::CallerAddress;

    #[test]
    fn a_network_holds_no_more_than_its_share_and_is_forgotten_when_it_holds_none() {
        let shares = NetworkShares::new(2);
        let [one, other] = [1, 2].map(|last| CallerAddress::from(IpAddr::from([192, 0, 2, last])).network());
        let held = [shares.take(one), shares.take(one)];
        assert!(held.iter().all(Option::is_some));
        assert!(shares.take(one).is_none());
        assert!(shares.take(other).is_some());
        drop(held);
        assert!(shares.held().is_empty());
    }
}
