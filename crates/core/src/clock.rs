//! The two things a decision depends on and must be given: time and randomness.

use std::fmt::Debug;
use std::time::Duration;

use crate::model::Timestamp;

/// Tells the time.
pub trait Clock: Debug + Send + Sync {
    /// The wall clock, for everything that is written into tokens and the store.
    fn now(&self) -> Timestamp;

    /// Time since some fixed moment of this process; never goes back, whatever happens to the wall clock.
    fn monotonic(&self) -> Duration;
}

/// Gives unpredictable bytes.
pub trait Randomness: Debug + Send + Sync {
    /// Fills `bytes` with bytes that nobody can predict.
    fn fill(&self, bytes: &mut [u8]);
}

/// `N` unpredictable bytes.
#[must_use]
pub fn random_bytes<const N: usize>(randomness: &dyn Randomness) -> [u8; N] {
    let mut bytes = [0; N];
    randomness.fill(&mut bytes);
    bytes
}
