//! The time of the oldest of some events that wait to be handled.

use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

/// Any number of events become one, with the time of the oldest.
#[derive(Debug, Default)]
pub(super) struct Oldest {
    time: Mutex<Option<Instant>>,
    added: Notify,
}

impl Oldest {
    /// Adds an event.
    pub(super) fn add(&self, time: Instant) {
        {
            let mut oldest = self.time.lock().unwrap_or_else(PoisonError::into_inner);
            *oldest = Some(oldest.map_or(time, |oldest| oldest.min(time)));
        }
        self.added.notify_one();
    }

    /// Waits for an event, and removes all that were added. Cancel-safe.
    pub(super) async fn take(&self) -> Instant {
        loop {
            if let Some(time) = self.time.lock().unwrap_or_else(PoisonError::into_inner).take() {
                return time;
            }
            self.added.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn several_events_become_one_with_the_time_of_the_oldest() {
        let (oldest, now) = (Oldest::default(), Instant::now());
        let earlier = now - Duration::from_secs(1);
        for time in [now, earlier, now] {
            oldest.add(time);
        }
        assert_eq!(oldest.take().await, earlier);
        let waiting = tokio::time::timeout(Duration::from_millis(20), oldest.take());
        waiting.await.unwrap_err();
        oldest.add(now);
        assert_eq!(oldest.take().await, now);
    }
}
