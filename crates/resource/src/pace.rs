//! How often something that fails is tried again.

use std::time::Duration;

/// What failed last, and until when it is not tried again.
#[derive(Debug)]
pub(crate) struct Pace<E> {
    failures: u32,
    pause: Option<(Duration, E)>,
}

impl<E> Default for Pace<E> {
    fn default() -> Self {
        Self { failures: 0, pause: None }
    }
}

impl<E: Clone> Pace<E> {
    /// The last failure, while it is too early to try again.
    pub(crate) fn pausing(&self, now: Duration) -> Option<E> {
        self.pause.as_ref().filter(|(until, _)| now < *until).map(|(_, error)| error.clone())
    }

    pub(crate) fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// Pauses for a second, then two, four, up to [`LONGEST`].
    pub(crate) fn failed(&mut self, now: Duration, error: E) {
        let pause = Duration::from_secs(1 << self.failures.min(5)).min(LONGEST);
        self.failures += 1;
        self.pause = Some((now + pause, error));
    }

    /// Pauses for as long as the server wishes, within reason.
    pub(crate) fn told_to_wait(&mut self, now: Duration, wait: Duration, error: E) {
        self.failures += 1;
        self.pause = Some((now + wait.clamp(Duration::from_secs(1), LONGEST_WISH), error));
    }
}

/// The longest pause of our own choice.
const LONGEST: Duration = Duration::from_secs(30);
/// The longest pause that a server can ask for.
const LONGEST_WISH: Duration = Duration::from_secs(300);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pauses_grow_to_thirty_seconds_and_end_with_a_success() {
        let mut pace = Pace::default();
        let mut now = Duration::ZERO;
        let mut pauses = Vec::new();
        for _ in 0..8 {
            pace.failed(now, "away");
            let next =
                (0..).map(|wait| now + Duration::from_secs(wait)).find(|at| pace.pausing(*at).is_none());
            pauses.push((next.unwrap() - now).as_secs());
            now = next.unwrap();
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 30, 30, 30]);
        pace.failed(now, "away");
        pace.succeeded();
        assert_eq!(pace.pausing(now), None);
    }

    #[test]
    fn a_wish_is_granted_within_reason() {
        let mut pace = Pace::default();
        pace.told_to_wait(Duration::ZERO, Duration::from_secs(90), "busy");
        assert_eq!(pace.pausing(Duration::from_secs(89)), Some("busy"));
        assert_eq!(pace.pausing(Duration::from_secs(90)), None);
        pace.told_to_wait(Duration::ZERO, Duration::from_hours(24), "busy");
        assert_eq!(pace.pausing(LONGEST_WISH), None);
    }
}
