//! The pauses between attempts after failures.

use std::time::Duration;

/// The last failure, and the time of the next attempt.
#[derive(Debug)]
pub struct Backoff<E> {
    failures: u32,
    pause: Option<(Duration, E)>,
}

impl<E> Default for Backoff<E> {
    fn default() -> Self {
        Self { failures: 0, pause: None }
    }
}

impl<E: Clone> Backoff<E> {
    /// The last failure, if it is too early for the next attempt.
    #[must_use]
    pub fn paused_by(&self, now: Duration) -> Option<E> {
        self.pause.as_ref().filter(|(until, _)| now < *until).map(|(_, error)| error.clone())
    }

    /// Ends the pauses.
    pub fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// Pauses for a second, then two, four, up to 30 seconds.
    pub fn failed(&mut self, now: Duration, error: E) {
        let pause = Duration::from_secs(1 << self.failures.min(5)).min(MAX_PAUSE);
        self.failures += 1;
        self.pause = Some((now + pause, error));
    }

    /// Pauses for as long as the server asks, up to five minutes.
    pub fn failed_with_retry_after(&mut self, now: Duration, wait: Duration, error: E) {
        self.failures += 1;
        self.pause = Some((now + wait.clamp(Duration::from_secs(1), MAX_REQUESTED_PAUSE), error));
    }
}

/// The longest pause if the server does not ask for one.
const MAX_PAUSE: Duration = Duration::from_secs(30);
/// The longest pause that a server can ask for.
const MAX_REQUESTED_PAUSE: Duration = Duration::from_mins(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pauses_grow_to_thirty_seconds_and_end_with_a_success() {
        let mut backoff = Backoff::default();
        let mut now = Duration::ZERO;
        let mut pauses = Vec::new();
        for _ in 0..8 {
            backoff.failed(now, "away");
            let ends = |wait: &u64| backoff.paused_by(now + Duration::from_secs(*wait)).is_none();
            let pause = (0..100).find(ends).unwrap();
            pauses.push(pause);
            now += Duration::from_secs(pause);
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 30, 30, 30]);
        backoff.failed(now, "away");
        backoff.succeeded();
        assert_eq!(backoff.paused_by(now), None);
    }

    #[test]
    fn a_requested_pause_is_limited() {
        let mut backoff = Backoff::default();
        backoff.failed_with_retry_after(Duration::ZERO, Duration::from_secs(90), "busy");
        assert_eq!(backoff.paused_by(Duration::from_secs(89)), Some("busy"));
        assert_eq!(backoff.paused_by(Duration::from_secs(90)), None);
        backoff.failed_with_retry_after(Duration::ZERO, Duration::from_hours(24), "busy");
        assert_eq!(backoff.paused_by(MAX_REQUESTED_PAUSE), None);
    }
}
