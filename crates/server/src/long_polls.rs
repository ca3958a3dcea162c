//! Answers that are held back until something changes.
//!
//! It decides how many there may be and when they end: at their time, and all at once at the stop of the node. It must not
//! know what is waited for.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{Instant, sleep_until};

/// The waiting of a node. It takes no place among the requests in flight.
#[derive(Debug)]
pub(crate) struct LongPolls {
    places: Arc<Semaphore>,
    ended: watch::Sender<bool>,
}

/// One answer that may be held back.
#[derive(Debug)]
pub(crate) struct LongPoll {
    /// Nothing once its time is over, or if there never was a place for it.
    place: Option<OwnedSemaphorePermit>,
    until: Instant,
    ended: watch::Receiver<bool>,
}

impl LongPolls {
    /// Nobody waits yet.
    pub(crate) fn new() -> Self {
        Self { places: Arc::new(Semaphore::new(PLACES)), ended: watch::Sender::new(false) }
    }

    /// An answer that may be held back for `wait`, if there is a place for it.
    pub(crate) fn begin(&self, wait: Duration) -> LongPoll {
        let place = Arc::clone(&self.places).try_acquire_owned().ok().filter(|_| !wait.is_zero());
        LongPoll { place, until: Instant::now() + wait, ended: self.ended.subscribe() }
    }

    /// Ends all waiting, for good.
    pub(crate) fn end(&self) {
        self.ended.send_replace(true);
    }

    /// How many wait.
    pub(crate) fn waiting(&self) -> usize {
        PLACES - self.places.available_permits()
    }
}

impl LongPoll {
    /// Whether its time is over: then the answer is due, whatever it is.
    pub(crate) fn is_over(&self) -> bool {
        self.place.is_none()
    }

    /// Returns when `change` does, and at its end at the latest.
    pub(crate) async fn wait_for(&mut self, change: impl Future<Output = ()>) {
        tokio::select! {
            () = change => return,
            () = sleep_until(self.until) => {}
            _ = self.ended.wait_for(|ended| *ended) => {}
        }
        self.place = None;
    }
}

/// Each has a connection of its own, of which there are 16,384 by default. Whoever finds no place is answered at once.
const PLACES: usize = 1_024;

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    const WAIT: Duration = Duration::from_secs(25);

    #[tokio::test(start_paused = true)]
    async fn the_waiting_ends_at_its_time_and_not_at_a_change() {
        let polls = LongPolls::new();
        let mut poll = polls.begin(WAIT);
        let began = Instant::now();
        poll.wait_for(ready(())).await;
        assert!(!poll.is_over());
        poll.wait_for(pending()).await;
        assert!(poll.is_over());
        assert_eq!(began.elapsed().as_secs(), 25);
    }

    #[tokio::test]
    async fn at_the_end_all_are_over_at_once_and_those_that_come_later_too() {
        let polls = LongPolls::new();
        let (mut one, mut two) = (polls.begin(WAIT), polls.begin(WAIT));
        polls.end();
        one.wait_for(pending()).await;
        two.wait_for(pending()).await;
        let mut late = polls.begin(WAIT);
        late.wait_for(pending()).await;
        assert!(one.is_over() && two.is_over() && late.is_over());
    }

    #[tokio::test]
    async fn whoever_finds_no_place_or_asks_for_no_wait_is_answered_at_once() {
        let polls = LongPolls::new();
        assert!(polls.begin(Duration::ZERO).is_over());
        let mut all: Vec<_> = (0..PLACES).map(|_| polls.begin(WAIT)).collect();
        assert!(all.iter().all(|poll| !poll.is_over()));
        assert_eq!(polls.waiting(), PLACES);
        assert!(polls.begin(WAIT).is_over());
        all.pop();
        assert!(!polls.begin(WAIT).is_over());
    }
}
