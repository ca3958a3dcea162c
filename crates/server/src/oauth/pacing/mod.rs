//! Paces the answers that a caller could otherwise cause without end: failed authentications (decision 0023), and answers
//! about inactive tokens (decision 0010).
//!
//! The answer to a failed authentication waits for the node's next read of the change feed. By then the node knows the
//! account that a caller has just created, and the time of the answer does not tell which ids exist. Beyond a burst, answers
//! of both kinds are given at a fixed rate, so that a flood of guesses or of forged tokens cannot take the node's cores.
//!
//! A wait holds nothing of its request. Must not know why an authentication failed or a token is inactive.

mod failures;
mod inactive_tokens;
mod pace;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::response::Response;
use http::{HeaderValue, header};
use jeton_core::model::CallerNetwork;
use jeton_protocol::ClientId;
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, sleep, timeout};

use failures::FailurePaces;
use inactive_tokens::InactiveTokenPaces;

/// Marks a response that is paced. In the extensions of the response.
#[derive(Debug, Clone)]
pub(crate) enum Paced {
    /// An authentication from this network failed.
    FailedAuthentication(CallerNetwork),
    /// This account sent a token that is not active, or so many of them that the token was not examined.
    InactiveToken(ClientId),
}

/// The waits of a node.
#[derive(Debug)]
pub(crate) struct AnswerPacing {
    failures: FailurePaces,
    inactive_tokens: InactiveTokenPaces,
    places: Semaphore,
    /// How many tasks follow the change feed; without one there is no next read.
    followers: AtomicUsize,
    reads: watch::Sender<()>,
    ended: watch::Sender<bool>,
}

impl AnswerPacing {
    pub(crate) fn new() -> Self {
        Self {
            failures: FailurePaces::new(),
            inactive_tokens: InactiveTokenPaces::new(),
            places: Semaphore::new(MAX_WAITING),
            followers: AtomicUsize::new(0),
            reads: watch::Sender::new(()),
            ended: watch::Sender::new(false),
        }
    }

    /// Delays a response that is marked as [`Paced`]; any other is returned at once.
    pub(crate) async fn delay(&self, mut response: Response) -> Response {
        let Some(paced) = response.extensions_mut().remove::<Paced>() else { return response };
        let (wait, awaits_read) = self.reserve(&paced, Instant::now());
        if wait.is_zero() && !awaits_read {
            return response;
        }
        let Ok(_place) = self.places.try_acquire() else {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            return response;
        };
        let mut ended = self.ended.subscribe();
        tokio::select! {
            () = self.wait(wait, awaits_read) => {}
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

    /// How long an answer must wait for its turn, and whether it then waits for a read of the change feed.
    fn reserve(&self, paced: &Paced, now: Instant) -> (Duration, bool) {
        match paced {
            Paced::FailedAuthentication(network) => {
                let is_followed = self.followers.load(Ordering::Relaxed) > 0;
                (self.failures.reserve(*network, now), is_followed)
            }
            Paced::InactiveToken(account) => (self.inactive_tokens.reserve(account, now), false),
        }
    }

    async fn wait(&self, wait: Duration, awaits_read: bool) {
        if !wait.is_zero() {
            sleep(wait).await;
        }
        if awaits_read {
            // The end of the time means that the store is slow; the answer does not depend on it.
            let _ = timeout(READ_WAIT, self.reads.subscribe().changed()).await;
        }
    }
}

/// A task that follows the change feed.
#[derive(Debug)]
pub(crate) struct Follower<'a>(&'a AnswerPacing);

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

/// The period in which the change feed is read.
const READ_WAIT: Duration = Duration::from_millis(250);
/// As many as there are connections. An answer beyond is given at once and closes its connection.
const MAX_WAITING: usize = 16_384;

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
        response.extensions_mut().insert(Paced::FailedAuthentication(network));
        response
    }

    async fn millis(wait: impl Future) -> u128 {
        let started = Instant::now();
        wait.await;
        started.elapsed().as_millis()
    }

    #[tokio::test]
    async fn a_response_without_the_mark_is_returned_at_once() {
        let pacing = AnswerPacing::new();
        let _follower = pacing.follower();
        let response = Response::new(Body::empty());
        assert!(poll_immediate(Box::pin(pacing.delay(response))).await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_failure_waits_for_the_next_read_of_the_change_feed() {
        let pacing = AnswerPacing::new();
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
        let pacing = AnswerPacing::new();
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
        let pacing = AnswerPacing::new();
        let from = |network: usize| {
            pacing.delay(failed(&format!("10.{}.{}.{}", network >> 16, (network >> 8) & 255, network & 255)))
        };
        assert_eq!(millis(join_all((1..=2_000).map(from))).await, 0);
        let more = millis(join_all((2_001..=6_000).map(from))).await;
        assert!((1_990..=2_010).contains(&more), "{more}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_stop_ends_all_waits() {
        let pacing = AnswerPacing::new();
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
        let pacing = AnswerPacing::new();
        let _follower = pacing.follower();
        let mut all: Vec<_> = (0..MAX_WAITING).map(|_| Box::pin(pacing.delay(failed("192.0.2.1")))).collect();
        for wait in &mut all {
            assert!(poll_immediate(wait).await.is_none());
        }
        let refused = poll_immediate(Box::pin(pacing.delay(failed("192.0.2.2")))).await.unwrap();
        assert_eq!(refused.headers()[header::CONNECTION], "close");
    }

    fn inactive(account: &str) -> Response {
        let mut response = Response::new(Body::empty());
        response.extensions_mut().insert(Paced::InactiveToken(account.parse().unwrap()));
        response
    }

    #[tokio::test(start_paused = true)]
    async fn beyond_a_burst_an_account_has_a_thousand_inactive_tokens_a_second() {
        let pacing = AnswerPacing::new();
        let _follower = pacing.follower();
        let all = |count: usize| join_all((0..count).map(|_| pacing.delay(inactive("api"))));
        assert_eq!(millis(all(2_000)).await, 0, "they do not wait for a read of the change feed");
        assert_eq!(millis(all(1_000)).await, 999);
        assert_eq!(millis(all(3_000)).await, 2_000);
        // Then the turns of the node are the longer wait.
        let flood = millis(all(12_000)).await;
        assert!((4_500..=5_000).contains(&flood), "{flood}");
    }

    #[tokio::test(start_paused = true)]
    async fn inactive_tokens_of_many_accounts_share_the_turns_of_the_node_and_delay_no_account_with_few() {
        let pacing = AnswerPacing::new();
        let attacker = |number: usize| format!("attacker-{}", number % 40);
        let flood = join_all((0..6_000).map(|number| pacing.delay(inactive(&attacker(number)))));
        let flood = millis(flood).await;
        assert!((1_990..=2_010).contains(&flood), "{flood}");
        assert_eq!(millis(pacing.delay(inactive("api"))).await, 0);
        assert_eq!(millis(pacing.delay(failed("192.0.2.1"))).await, 0);
    }
}
