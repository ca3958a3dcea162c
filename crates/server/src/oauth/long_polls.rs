//! Long polls: responses that wait for a change.
//!
//! Decides how many there may be, and when they end: after their own wait, or all at once at the stop of the node. Must
//! not know what they wait for.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{Instant, sleep_until};

/// The long polls of a node. They do not count as requests in flight.
#[derive(Debug)]
pub(crate) struct LongPolls {
    permits: Arc<Semaphore>,
    ended: watch::Sender<bool>,
}

/// One response that may wait.
#[derive(Debug)]
pub(crate) struct LongPoll {
    /// `None` once the wait is over, or if the limit was reached.
    permit: Option<OwnedSemaphorePermit>,
    until: Instant,
    ended: watch::Receiver<bool>,
}

impl LongPolls {
    pub(crate) fn new() -> Self {
        Self { permits: Arc::new(Semaphore::new(MAX_LONG_POLLS)), ended: watch::Sender::new(false) }
    }

    /// A response that may wait for `wait`, unless the limit is reached.
    pub(crate) fn begin(&self, wait: Duration) -> LongPoll {
        let permit = Arc::clone(&self.permits).try_acquire_owned().ok().filter(|_| !wait.is_zero());
        LongPoll { permit, until: Instant::now() + wait, ended: self.ended.subscribe() }
    }

    /// Ends all long polls, also future ones.
    pub(crate) fn end(&self) {
        self.ended.send_replace(true);
    }

    /// The number of waiting long polls.
    pub(crate) fn waiting(&self) -> usize {
        MAX_LONG_POLLS - self.permits.available_permits()
    }
}

impl LongPoll {
    /// Whether the wait is over: then the response must be sent, changed or not.
    pub(crate) fn is_over(&self) -> bool {
        self.permit.is_none()
    }

    /// Returns when `change` completes, at the latest at the end of the wait.
    pub(crate) async fn wait_for(&mut self, change: impl Future<Output = ()>) {
        tokio::select! {
            () = change => return,
            () = sleep_until(self.until) => {}
            _ = self.ended.wait_for(|ended| *ended) => {}
        }
        self.permit = None;
    }
}

/// Each long poll uses one of at most 16,384 connections. A request beyond this limit is answered at once.
const MAX_LONG_POLLS: usize = 1_024;

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    const WAIT: Duration = Duration::from_secs(25);

    #[tokio::test(start_paused = true)]
    async fn a_long_poll_ends_at_its_time_and_not_at_a_change() {
        let polls = LongPolls::new();
        let mut poll = polls.begin(WAIT);
        let started = Instant::now();
        poll.wait_for(ready(())).await;
        assert!(!poll.is_over());
        poll.wait_for(pending()).await;
        assert!(poll.is_over());
        assert_eq!(started.elapsed().as_secs(), 25);
    }

    #[tokio::test]
    async fn at_the_stop_all_long_polls_end_and_later_ones_end_at_once() {
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
    async fn a_request_beyond_the_limit_or_without_a_wait_is_answered_at_once() {
        let polls = LongPolls::new();
        assert!(polls.begin(Duration::ZERO).is_over());
        let mut all: Vec<_> = (0..MAX_LONG_POLLS).map(|_| polls.begin(WAIT)).collect();
        assert!(all.iter().all(|poll| !poll.is_over()));
        assert_eq!(polls.waiting(), MAX_LONG_POLLS);
        assert!(polls.begin(WAIT).is_over());
        all.pop();
        assert!(!polls.begin(WAIT).is_over());
    }
}
