//! Counts failed authentications per client id and network, and limits their rate.
//!
//! A failure is counted before the secret is hashed and refunded when the secret is correct. So parallel guesses cost
//! no more hashes than sequential ones. There is no count per network alone: callers behind one proxy share its
//! address.

use std::time::Duration;

use crate::limit::rate_window::{RateWindows, Reservation};
use crate::model::CallerNetwork;
use crate::settings::FailureAllowance;

/// The failure counters.
#[derive(Debug)]
pub(crate) struct FailureLimit(RateWindows);

/// The failures that a request reserved before its secret is hashed, one for each guess. If dropped, they stay counted:
/// a caller that disconnects while its secret is hashed has made its guess.
#[derive(Debug, Default)]
pub(crate) struct ReservedFailures(Vec<Reservation>);

impl FailureLimit {
    /// No failures yet.
    #[must_use]
    pub(crate) fn new(allowance: FailureAllowance) -> Self {
        Self(RateWindows::new(allowance.failures, allowance.per, CAPACITY))
    }

    /// Counts a failure without applying the limit.
    pub(crate) fn record(&self, client_id: &str, network: CallerNetwork, now: Duration) {
        self.0.record((client_id, network), now);
    }

    /// Counts one failure for each guess, before it is known whether the guess fails. `client_ids` has one entry for
    /// each guess. Two guesses for one id are allowed if one more failure is allowed: otherwise a limit of one would
    /// allow neither. `now` is monotonic time.
    ///
    /// # Errors
    /// How long the caller has to wait. In this case no failure is counted.
    pub(crate) fn reserve(
        &self,
        client_ids: &[&str],
        network: CallerNetwork,
        now: Duration,
    ) -> Result<ReservedFailures, Duration> {
        let mut reserved = ReservedFailures::default();
        for (at, client_id) in client_ids.iter().enumerate() {
            if client_ids[..at].contains(client_id) {
                continue;
            }
            let guesses = client_ids.iter().filter(|id| *id == client_id).count();
            let events = u32::try_from(guesses).unwrap_or(u32::MAX);
            match self.0.reserve((client_id, network), events, now) {
                Ok(one) => reserved.0.extend(std::iter::repeat_n(one, guesses)),
                Err(wait) => {
                    self.refund(reserved);
                    return Err(wait);
                }
            }
        }
        Ok(reserved)
    }

    /// Removes all reserved failures from the count: the caller did not fail.
    pub(crate) fn refund(&self, reserved: ReservedFailures) {
        self.refund_after(0, reserved);
    }

    /// Removes all reserved failures except the first `made` from the count: the other guesses were not made.
    pub(crate) fn refund_after(&self, made: usize, reserved: ReservedFailures) {
        for one in reserved.0.into_iter().skip(made) {
            self.0.refund(&one);
        }
    }
}

/// A counter takes 32 bytes: 2 MB in total.
const CAPACITY: usize = 65_536;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CallerAddress;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn limit(failures: u32) -> FailureLimit {
        FailureLimit::new(FailureAllowance { failures, per: at(60) })
    }

    fn from(address: &str) -> CallerNetwork {
        address.parse::<CallerAddress>().unwrap().network()
    }

    fn home() -> CallerNetwork {
        from("127.0.0.1")
    }

    #[test]
    fn the_failure_after_the_last_allowed_one_waits_for_the_end_of_the_window() {
        let limit = limit(2);
        limit.reserve(&["sa"], home(), at(0)).unwrap();
        limit.reserve(&["sa"], home(), at(1)).unwrap();
        assert_eq!(limit.reserve(&["sa"], home(), at(10)).unwrap_err(), at(50));
        limit.reserve(&["sa"], home(), at(60)).unwrap();
    }

    #[test]
    fn other_ids_and_other_addresses_are_not_limited() {
        let limit = limit(1);
        limit.record("sa", home(), at(0));
        limit.reserve(&["sa"], home(), at(1)).unwrap_err();
        limit.reserve(&["other"], home(), at(1)).unwrap();
        limit.reserve(&["sa"], from("127.0.0.2"), at(1)).unwrap();
    }

    #[test]
    fn two_guesses_for_one_id_count_as_two_and_are_allowed_if_one_is() {
        let (limit, guesses) = (limit(3), ["sa", "sa"]);
        let refunded = limit.reserve(&guesses, home(), at(0)).unwrap();
        limit.refund(refunded);
        limit.reserve(&guesses, home(), at(0)).unwrap();
        limit.reserve(&guesses, home(), at(0)).unwrap();
        limit.reserve(&guesses, home(), at(0)).unwrap_err();
    }

    #[test]
    fn if_one_of_two_ids_is_limited_neither_is_counted() {
        let limit = limit(1);
        limit.record("limited", home(), at(0));
        limit.reserve(&["free", "limited"], home(), at(0)).unwrap_err();
        limit.reserve(&["free"], home(), at(0)).unwrap();
    }

    #[test]
    fn only_guesses_that_were_not_made_are_refunded() {
        for ids in [["sa", "sa"], ["sa", "other"]] {
            let limit = limit(2);
            let reserved = limit.reserve(&ids, home(), at(0)).unwrap();
            limit.refund_after(1, reserved);
            limit.reserve(&["sa"], home(), at(0)).unwrap();
            limit.reserve(&["sa"], home(), at(0)).unwrap_err();
        }
    }

    #[test]
    fn callers_with_unknown_address_share_one_limit_and_do_not_limit_others() {
        let (limit, unknown) = (limit(2), CallerAddress::Unknown.network());
        limit.record("sa", unknown, at(0));
        limit.record("sa", unknown, at(0));
        limit.reserve(&["sa"], unknown, at(1)).unwrap_err();
        limit.reserve(&["sa"], home(), at(1)).unwrap();
        limit.reserve(&["other"], unknown, at(1)).unwrap();
    }
}
