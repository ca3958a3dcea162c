//! The turns of one source of answers: the generic cell rate algorithm. Must not know what is paced.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How fast turns follow each other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rate {
    /// The time between two turns.
    pub(super) interval: Duration,
    /// How many turns are free after a silence.
    pub(super) burst: u32,
    /// The longest wait for a turn.
    pub(super) longest_wait: Duration,
}

/// The next turn of one source.
#[derive(Debug, Default)]
pub(super) struct Pace(Mutex<Option<Instant>>);

impl Pace {
    /// Takes the next turn. Returns how long to wait for it.
    pub(super) fn reserve(&self, now: Instant, rate: &Rate) -> Duration {
        let mut next = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = next.map_or(now, |next| next.max(now));
        let free = rate.interval * rate.burst;
        // A longer queue than the longest wait would only punish those who come later.
        *next = Some((turn + rate.interval).min(now + free + rate.longest_wait));
        turn.saturating_duration_since(now).saturating_sub(free).min(rate.longest_wait)
    }
}
