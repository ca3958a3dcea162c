//! Limits the memory that request bodies take together while they arrive.
//!
//! A small body is free. What is beyond draws on a budget of the node, of which one network gets at most a quarter. Must
//! not know how a body is read.

use jeton_core::model::CallerNetwork;
use jeton_core::{NetworkShare, NetworkShares};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::oauth::failure::Failure;

/// The bytes that all bodies of a node may take.
#[derive(Debug)]
pub(crate) struct BodyBudget {
    left: Semaphore,
    shares: NetworkShares,
}

/// The bytes that one body takes. Dropping it returns them.
#[derive(Debug)]
pub(crate) struct BodyAllowance<'a> {
    budget: &'a BodyBudget,
    network: CallerNetwork,
    bytes: usize,
    permit: Option<SemaphorePermit<'a>>,
    shares: Vec<NetworkShare>,
}

impl BodyBudget {
    pub(crate) fn new() -> Self {
        Self { left: Semaphore::new(BUDGET), shares: NetworkShares::new(BUDGET / 4) }
    }

    /// The allowance of a body that comes from `network`. It begins with the bytes that are free.
    pub(crate) fn allow(&self, network: CallerNetwork) -> BodyAllowance<'_> {
        BodyAllowance { budget: self, network, bytes: FREE, permit: None, shares: Vec::new() }
    }
}

impl BodyAllowance<'_> {
    /// Allows the body `bytes` bytes in total.
    ///
    /// # Errors
    /// The budget is exhausted, or the share of the network.
    pub(crate) fn grow_to(&mut self, bytes: usize) -> Result<(), Failure> {
        let more = bytes.saturating_sub(self.bytes);
        if more == 0 {
            return Ok(());
        }
        let share = self.budget.shares.take_many(self.network, more).ok_or(Failure::TooManyBodies)?;
        let count = u32::try_from(more).unwrap_or(u32::MAX);
        let permit = self.budget.left.try_acquire_many(count).map_err(|_| Failure::TooManyBodies)?;
        match &mut self.permit {
            Some(held) => held.merge(permit),
            None => self.permit = Some(permit),
        }
        self.shares.push(share);
        self.bytes = bytes;
        Ok(())
    }
}

/// Token requests are smaller. More is needed only for large tokens at introspection.
const FREE: usize = 4 * 1024;
/// 256 bodies of the largest size.
const BUDGET: usize = 16 << 20;

#[cfg(test)]
mod tests {
    use jeton_core::model::CallerAddress;

    use super::*;

    fn network(last: u8) -> CallerNetwork {
        CallerAddress::from(std::net::IpAddr::from([192, 0, 2, last])).network()
    }

    #[test]
    fn small_bodies_take_nothing_of_the_budget() {
        let budget = BodyBudget::new();
        let mut small = budget.allow(network(1));
        small.grow_to(FREE).unwrap();
        assert_eq!(budget.left.available_permits(), BUDGET);
    }

    #[test]
    fn a_body_takes_what_is_beyond_and_returns_it_at_its_end() {
        let budget = BodyBudget::new();
        let mut body = budget.allow(network(1));
        for bytes in [2 * FREE, 3 * FREE, 3 * FREE, FREE] {
            body.grow_to(bytes).unwrap();
        }
        assert_eq!(budget.left.available_permits(), BUDGET - 2 * FREE);
        drop(body);
        assert_eq!(budget.left.available_permits(), BUDGET);
        assert!(budget.shares.take_many(network(1), BUDGET / 4).is_some());
    }

    #[test]
    fn a_network_takes_at_most_a_quarter_and_all_networks_no_more_than_the_budget() {
        let budget = BodyBudget::new();
        let largest = 64 * 1024;
        let all_of = |last: u8| {
            let body = || {
                let mut body = budget.allow(network(last));
                body.grow_to(largest).ok().map(|()| body)
            };
            std::iter::from_fn(body).collect::<Vec<_>>()
        };
        let bodies: Vec<_> = (1..=5).map(all_of).collect();
        let counts: Vec<_> = bodies.iter().map(Vec::len).collect();
        let per_network = BUDGET / 4 / (largest - FREE);
        assert_eq!(counts[..4], [per_network; 4]);
        assert!(counts[4] < per_network);
        let refused = budget.allow(network(6)).grow_to(largest);
        assert!(matches!(refused, Err(Failure::TooManyBodies)));
        drop(bodies);
        assert_eq!(all_of(6).len(), per_network);
    }
}
