//! Time and randomness, which every decision gets from outside.

use std::fmt::Debug;
use std::time::Duration;

use crate::model::Timestamp;

/// A source of time.
pub trait Clock: Debug + Send + Sync {
    /// The wall clock, for all times in tokens and in the store.
    fn now(&self) -> Timestamp;

    /// Time since some fixed moment of this process. It never goes back, whatever happens to the wall clock.
    fn monotonic(&self) -> Duration;
}

/// A source of unpredictable bytes.
pub trait Randomness: Debug + Send + Sync {
    /// Fills `bytes` with unpredictable bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// `N` unpredictable bytes.
#[must_use]
pub fn random_bytes<const N: usize>(randomness: &dyn Randomness) -> [u8; N] {
    let mut bytes = [0; N];
    randomness.fill(&mut bytes);
    bytes
}

/// For tests that need no particular bytes: each byte is 7.
#[cfg(test)]
#[derive(Debug)]
pub(crate) struct FixedBytes;

#[cfg(test)]
impl Randomness for FixedBytes {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}
