//! Counts failed authentications per client id and address, and says when there were too many.
//!
//! An address counts as its [network](CallerAddress::network).

use std::time::Duration;

use crate::model::CallerAddress;
use crate::windows::Windows;

/// How many failures are too many (`[limits] failures, per`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailureAllowance {
    /// This many, for one client id from one address …
    pub failures: u32,
    /// … in a window of this length.
    pub per: Duration,
}

impl Default for FailureAllowance {
    fn default() -> Self {
        Self { failures: 20, per: Duration::from_mins(1) }
    }
}

/// The counters.
#[derive(Debug)]
pub(crate) struct FailureLimit(Windows);

impl FailureLimit {
    /// No failures yet.
    #[must_use]
    pub(crate) fn new(allowance: FailureAllowance) -> Self {
        Self(Windows::new(allowance.failures, allowance.per, CAPACITY))
    }

    /// How long until `client_id` may be tried again from `address`, if it may not be now.
    /// `now` is monotonic time.
    #[must_use]
    pub(crate) fn wait(&self, client_id: &str, address: CallerAddress, now: Duration) -> Option<Duration> {
        self.0.wait((client_id, address.network()), now)
    }

    /// Counts a failure.
    pub(crate) fn record(&self, client_id: &str, address: CallerAddress, now: Duration) {
        self.0.record((client_id, address.network()), now);
    }
}

/// A counter is about 100 bytes: at the cap, some 7 MB.
const CAPACITY: usize = 65_536;

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: CallerAddress = CallerAddress::Known(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST));

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn the_failure_after_the_last_allowed_one_waits_for_the_end_of_the_window() {
        let limit = FailureLimit::new(FailureAllowance { failures: 2, per: at(60) });
        limit.record("sa", HOME, at(0));
        assert_eq!(limit.wait("sa", HOME, at(1)), None);
        limit.record("sa", HOME, at(1));
        assert_eq!(limit.wait("sa", HOME, at(10)), Some(at(50)));
        assert_eq!(limit.wait("sa", HOME, at(60)), None);
    }

    #[test]
    fn other_ids_and_other_addresses_are_not_limited() {
        let limit = FailureLimit::new(FailureAllowance { failures: 1, per: at(60) });
        limit.record("sa", HOME, at(0));
        assert!(limit.wait("sa", HOME, at(1)).is_some());
        assert_eq!(limit.wait("other", HOME, at(1)), None);
        assert_eq!(limit.wait("sa", "127.0.0.2".parse().unwrap(), at(1)), None);
    }

    #[test]
    fn an_ipv6_caller_is_its_64_and_a_mapped_address_is_ipv4() {
        let limit = FailureLimit::new(FailureAllowance { failures: 1, per: at(60) });
        limit.record("sa", "2001:db8::1".parse().unwrap(), at(0));
        assert!(limit.wait("sa", "2001:db8::ffff".parse().unwrap(), at(1)).is_some());
        assert_eq!(limit.wait("sa", "2001:db8:0:1::1".parse().unwrap(), at(1)), None);
        limit.record("sa", "::ffff:127.0.0.1".parse().unwrap(), at(0));
        assert!(limit.wait("sa", HOME, at(1)).is_some());
    }

    #[test]
    fn callers_of_unknown_address_share_their_failures_and_limit_no_others() {
        let limit = FailureLimit::new(FailureAllowance { failures: 2, per: at(60) });
        limit.record("sa", CallerAddress::Unknown, at(0));
        limit.record("sa", CallerAddress::Unknown, at(0));
        assert!(limit.wait("sa", CallerAddress::Unknown, at(1)).is_some());
        assert_eq!(limit.wait("sa", HOME, at(1)), None);
        assert_eq!(limit.wait("other", CallerAddress::Unknown, at(1)), None);
    }
}
