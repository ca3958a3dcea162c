//! Paces the answers to failed authentications.
//!
//! An answer waits for the node's next read of the change feed. By then the node knows the account that a caller has just
//! created, and the time of the answer tells nobody which ids exist. Beyond a burst, the failures of a network and those
//! of the whole node are answered at a fixed rate, so that a flood of guesses cannot take the node's cores.
//!
//! A wait holds nothing of its request. Must not know why an authentication failed.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::response::Response;
use http::{HeaderValue, header};
use jeton_core::model::CallerNetwork;
use quick_cache::sync::Cache;
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, sleep, timeout};

/// Marks a response that says that an authentication failed. In the extensions of the response.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FailedAuthentication(pub(crate) CallerNetwork);

/// The waits of a node.
#[derive(Debug)]
pub(crate) struct FailurePacing {
    networks: Cache<CallerNetwork, Arc<Pace>>,
    node: Pace,
    places: Semaphore,
    /// How many tasks follow the change feed; without one there is no next read.
    followers: AtomicUsize,
    reads: watch::Sender<()>,
    ended: watch::Sender<bool>,
}

impl FailurePacing {
    pub(crate) fn new() -> Self {
        Self {
            networks: Cache::new(MAX_NETWORKS.get()),
            node: Pace::default(),
            places: Semaphore::new(MAX_WAITING),
            followers: AtomicUsize::new(0),
            reads: watch::Sender::new(()),
            ended: watch::Sender::new(false),
        }
    }

    /// Delays a response that says that an authentication failed; any other is returned at once.
    pub(crate) async fn delay(&self, mut response: Response) -> Response {
        let Some(FailedAuthentication(network)) = response.extensions_mut().remove() else { return response };
        let wait = self.reserve(network, Instant::now());
        let Ok(_place) = self.places.try_acquire() else {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            return response;
        };
        let mut ended = self.ended.subscribe();
        tokio::select! {
            () = self.wait(wait) => {}
            _ = ended.wait_for(|ended| *ended) => {}
        }
        response
    }

    /// A task begins to follow the change feed; it ends when the value is dropped.
    pub(crate) fn follower(&self) -> Follower<'_> {
        self.followers.fetch_add(1, Ordering::Relaxed);
        Follower(self)
    }

    /// Answers everything that waits now, and later failures at once. For the stop of the node.
    pub(crate) fn end(&self) {
        self.ended.send_replace(true);
    }

    async fn wait(&self, wait: Duration) {
        if !wait.is_zero() {
            sleep(wait).await;
        }
        if self.followers.load(Ordering::Relaxed) > 0 {
            // The end of the time means that the store is slow; the answer does not depend on it.
            let _ = timeout(READ_WAIT, self.reads.subscribe().changed()).await;
        }
    }

    /// How long a failure from `network` must wait for its turn.
    fn reserve(&self, network: CallerNetwork, now: Instant) -> Duration {
        let make = || -> Result<_, std::convert::Infallible> { Ok(Arc::new(Pace::default())) };
        let Ok(pace) = self.networks.get_or_insert_with(&network, make);
        let of_network = pace.reserve(now, PER_NETWORK, NETWORK_BURST);
        of_network.max(self.node.reserve(now, PER_NODE, NODE_BURST))
    }
}

/// A task that follows the change feed.
#[derive(Debug)]
pub(crate) struct Follower<'a>(&'a FailurePacing);

impl Follower<'_> {
    /// The change feed was read, or could not be read.
    pub(crate) fn has_read(&self) {
        self.0.reads.send_replace(());
    }
}

impl Drop for Follower<'_> {
    fn drop(&mut self) {
        self.0.followers.fetch_sub(1, Ordering::Relaxed);
        self.has_read();
    }
}

/// The turns of one network or of the node: the generic cell rate algorithm.
#[derive(Debug, Default)]
struct Pace(Mutex<Option<Instant>>);

impl Pace {
    /// Takes the next turn. `interval` is the time between two turns, of which `burst` are free.
    fn reserve(&self, now: Instant, interval: Duration, burst: u32) -> Duration {
        let mut next = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = next.map_or(now, |next| next.max(now));
        let free = interval * burst;
        // A longer queue than the longest wait would only punish those who come later.
        *next = Some((turn + interval).min(now + free + LONGEST_WAIT));
        turn.saturating_duration_since(now).saturating_sub(free).min(LONGEST_WAIT)
    }
}

/// 100 failures a second of one network.
const PER_NETWORK: Duration = Duration::from_millis(10);
const NETWORK_BURST: u32 = 100;
/// 2,000 failures a second of the node.
const PER_NODE: Duration = Duration::from_micros(500);
const NODE_BURST: u32 = 2_000;
/// With the wait for a read of the change feed, an answer takes at most five seconds.
const LONGEST_WAIT: Duration = Duration::from_millis(4_750);
/// The period in which the change feed is read.
const READ_WAIT: Duration = Duration::from_millis(250);
/// As many as there are connections. A failure beyond is answered at once and closes its connection.
const MAX_WAITING: usize = 16_384;
/// A network takes about 100 bytes.
const MAX_NETWORKS: NonZeroUsize = NonZeroUsize::new(65_536).unwrap();

#[cfg(test)]
mod tests {
    use std::future::Future;

    use axum::body::Body;
    use futures_util::future::{join_all, poll_immediate};
    use jeton_core::model::CallerAddress;

    use super::*;

    fn failed(address: &str) -> Response {
        let mut response = Response::new(Body::empty());
        let network = address.parse::<CallerAddress>().unwrap().network();
        response.extensions_mut().insert(FailedAuthentication(network));
        response
    }

    async fn millis(wait: impl Future) -> u128 {
        let started = Instant::now();
        wait.await;
        started.elapsed().as_millis()
    }

    #[tokio::test]
    async fn a_response_without_the_mark_is_returned_at_once() {
        let pacing = FailurePacing::new();
        let _follower = pacing.follower();
        let response = Response::new(Body::empty());
        assert!(poll_immediate(Box::pin(pacing.delay(response))).await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_waits_for_the_next_read_of_the_change_feed() {
        let pacing = FailurePacing::new();
        let follower = pacing.follower();
        follower.has_read();
        let mut waiting = Box::pin(pacing.delay(failed("192.0.2.1")));
        assert!(poll_immediate(&mut waiting).await.is_none());
        follower.has_read();
        assert!(poll_immediate(&mut waiting).await.is_some());
        // A read that does not end delays the answer no longer than a read usually takes.
        assert_eq!(millis(pacing.delay(failed("192.0.2.1"))).await, 250);
        drop(follower);
        assert!(poll_immediate(Box::pin(pacing.delay(failed("192.0.2.1")))).await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn beyond_a_burst_a_network_has_a_hundred_failures_a_second_and_waits_at_most_five_seconds() {
        let pacing = FailurePacing::new();
        let all = |count: usize| join_all((0..count).map(|_| pacing.delay(failed("192.0.2.1"))));
        assert_eq!(millis(all(100)).await, 0);
        assert_eq!(millis(all(100)).await, 990);
        let flood = millis(all(5_000)).await;
        assert!((4_500..=5_000).contains(&flood), "{flood}");
        // Another network is not delayed.
        assert_eq!(millis(pacing.delay(failed("192.0.2.2"))).await, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn the_failures_of_many_networks_share_the_turns_of_the_node() {
        let pacing = FailurePacing::new();
        let from = |network: usize| {
            pacing.delay(failed(&format!("10.{}.{}.{}", network >> 16, (network >> 8) & 255, network & 255)))
        };
        assert_eq!(millis(join_all((1..=2_000).map(from))).await, 0);
        let more = millis(join_all((2_001..=6_000).map(from))).await;
        assert!((1_990..=2_010).contains(&more), "{more}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_stop_ends_all_waits() {
        let pacing = FailurePacing::new();
        let mut all: Vec<_> = (0..500).map(|_| Box::pin(pacing.delay(failed("192.0.2.1")))).collect();
        for wait in &mut all {
            let _ = poll_immediate(wait).await;
        }
        pacing.end();
        assert_eq!(millis(join_all(all.drain(200..))).await, 0);
        assert_eq!(millis(pacing.delay(failed("192.0.2.1"))).await, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_beyond_the_places_is_answered_at_once_and_closes_its_connection() {
        let pacing = FailurePacing::new();
        let _follower = pacing.follower();
        let mut all: Vec<_> = (0..MAX_WAITING).map(|_| Box::pin(pacing.delay(failed("192.0.2.1")))).collect();
        for wait in &mut all {
            assert!(poll_immediate(wait).await.is_none());
        }
        let refused = poll_immediate(Box::pin(pacing.delay(failed("192.0.2.2")))).await.unwrap();
        assert_eq!(refused.headers()[header::CONNECTION], "close");
    }
}
