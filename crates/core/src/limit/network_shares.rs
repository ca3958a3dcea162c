//! Limits how many slots of a pool each network may use, so that one network cannot use them all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::model::CallerNetwork;

/// The slots that each network uses now. A network without slots has no entry.
#[derive(Debug, Clone)]
pub struct NetworkShares {
    max: usize,
    held: Arc<Mutex<HashMap<CallerNetwork, usize>>>,
}

/// Slots of a network, released on drop.
#[derive(Debug)]
pub struct NetworkShare {
    network: CallerNetwork,
    slots: usize,
    shares: NetworkShares,
}

impl NetworkShares {
    /// Each network may use `max` slots, and at least one.
    #[must_use]
    pub fn new(max: usize) -> Self {
        Self { max: max.max(1), held: Arc::default() }
    }

    /// A slot for `network`. `None` if it already uses its maximum.
    #[must_use]
    pub fn take(&self, network: CallerNetwork) -> Option<NetworkShare> {
        self.take_many(network, 1)
    }

    /// `slots` slots for `network`. `None` if it would then use more than its maximum.
    #[must_use]
    pub fn take_many(&self, network: CallerNetwork, slots: usize) -> Option<NetworkShare> {
        let mut held = self.held();
        let used = held.get(&network).copied().unwrap_or(0);
        let used = used.checked_add(slots).filter(|used| *used <= self.max)?;
        held.insert(network, used);
        drop(held);
        Some(NetworkShare { network, slots, shares: self.clone() })
    }

    /// A poisoned lock is ignored: the counts are consistent even after a panic.
    fn held(&self) -> MutexGuard<'_, HashMap<CallerNetwork, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for NetworkShare {
    fn drop(&mut self) {
        let mut held = self.shares.held();
        if let Some(count) = held.get_mut(&self.network) {
            *count -= self.slots;
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
    fn a_network_uses_at_most_its_share_and_has_no_entry_without_slots() {
        let shares = NetworkShares::new(2);
        let [one, other] = [1, 2].map(|last| CallerAddress::from(IpAddr::from([192, 0, 2, last])).network());
        let held = [shares.take(one), shares.take(one)];
        assert!(held.iter().all(Option::is_some));
        assert!(shares.take(one).is_none());
        assert!(shares.take(other).is_some());
        drop(held);
        assert!(shares.held().is_empty());
    }

    #[test]
    fn several_slots_are_taken_together_or_not_at_all() {
        let shares = NetworkShares::new(10);
        let network = CallerAddress::Unknown.network();
        assert!(shares.take_many(network, 11).is_none());
        assert!(shares.held().is_empty());
        let six = shares.take_many(network, 6);
        assert!(six.is_some() && shares.take_many(network, 5).is_none());
        let four = shares.take_many(network, 4);
        drop(six);
        assert!(four.is_some() && shares.take_many(network, 6).is_some());
        drop(four);
        assert!(shares.held().is_empty());
    }
}
