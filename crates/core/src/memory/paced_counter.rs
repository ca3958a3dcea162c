//! A counter of changes whose readers are told at most four times a second.
//!
//! It must not know what changes. Every change is counted at once. The count for waiting readers follows at once if
//! the last one is a quarter of a second old, else at the end of that time. So a thousand changes a second cost a
//! waiting reader no more than four.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// The counter.
#[derive(Debug, Default)]
pub(crate) struct PacedCounter {
    count: watch::Sender<u64>,
    published: Mutex<Published>,
}

/// The count for waiting readers.
#[derive(Debug, Default)]
struct Published {
    count: u64,
    /// When the count was published; `None` before the first change.
    at: Option<Instant>,
}

impl PacedCounter {
    /// Counts a change that can now be read.
    pub(crate) fn raise(&self) {
        self.count.send_modify(|count| *count += 1);
    }

    /// All changes until now. Data that is read afterwards includes them.
    pub(crate) fn current(&self) -> u64 {
        *self.count.borrow()
    }

    /// The changes that waiting readers may see: at most [`PUBLISH_INTERVAL`] older than [`Self::current`].
    pub(crate) fn published(&self) -> u64 {
        let mut published = self.published.lock().unwrap_or_else(PoisonError::into_inner);
        let (current, now) = (self.current(), Instant::now());
        if published.count < current && published.next_at().is_none_or(|next| next <= now) {
            *published = Published { count: current, at: Some(now) };
        }
        published.count
    }

    /// Returns when [`Self::published`] is higher than `known`. Cancel-safe.
    pub(crate) async fn exceeds(&self, known: u64) {
        // This cannot fail: the sender lives as long as `self`.
        let _ = self.count.subscribe().wait_for(|count| *count > known).await;
        // Further changes wake no reader during this time.
        if let Some(next) = self.next_at() {
            sleep_until(next).await;
        }
    }

    fn next_at(&self) -> Option<Instant> {
        self.published.lock().unwrap_or_else(PoisonError::into_inner).next_at()
    }
}

impl Published {
    fn next_at(&self) -> Option<Instant> {
        self.at.map(|at| at + PUBLISH_INTERVAL)
    }
}

/// How long a change may stay unpublished, so that changes are published at most four times a second.
pub(crate) const PUBLISH_INTERVAL: Duration = Duration::from_millis(250);

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::time::sleep;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_first_change_is_published_at_once_and_the_next_ones_together() {
        let (counter, began) = (PacedCounter::default(), Instant::now());
        counter.raise();
        counter.exceeds(0).await;
        assert_eq!((counter.published(), began.elapsed()), (1, Duration::ZERO));
        for _ in 0..10 {
            counter.raise();
            assert_eq!(counter.published(), 1);
        }
        assert_eq!(counter.current(), 11);
        counter.exceeds(1).await;
        assert_eq!(began.elapsed(), PUBLISH_INTERVAL);
        assert_eq!(counter.published(), 11);
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_of_continuous_changes_is_woken_four_times_a_second() {
        let counter = Arc::new(PacedCounter::default());
        let reader = tokio::spawn({
            let counter = Arc::clone(&counter);
            async move {
                let (mut known, mut woken) = (0, 0);
                while known < 1_000 {
                    counter.exceeds(known).await;
                    known = counter.published();
                    woken += 1;
                }
                woken
            }
        });
        for _ in 0..1_000 {
            counter.raise();
            sleep(Duration::from_millis(1)).await;
        }
        assert_eq!(reader.await.unwrap(), 5, "at 0, 250, 500, 750 and 1,000 ms");
    }
}
