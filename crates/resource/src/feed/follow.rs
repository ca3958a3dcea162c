//! Follows the issuer's revocation feed by long poll, from the first token until the validator is dropped. The task runs
//! in the runtime of the caller that started it. When that runtime has ended, the next caller starts another task in its
//! own.
//!
//! This module decides whether the feed is up to date. [`KnownRevocations`] decides what is revoked.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::{ArcSwap, ArcSwapOption};
use aws_lc_rs::digest::{SHA256, digest};
use http::header::{ACCEPT, ETAG, IF_NONE_MATCH};
use http::{HeaderValue, StatusCode};
use jeton_fetch::{Clock, Issuer, Outage, REQUEST_TIMEOUT};
use jeton_protocol::{MAX_FEED_BYTES, NameDigest, RevocationFeed};
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::timeout;

use crate::call_others::client_credentials::ClientCredentials;
use crate::feed::revoked::{KnownRevocations, TokenIdentifiers};
use crate::token::validated::Token;

/// What happens to tokens while the revocation feed is stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaleFeedPolicy {
    /// Reject them with 503: no revoked token is accepted.
    Reject,
    /// Use the last known revocations: a token that was revoked later is accepted until it expires.
    UseLastKnown,
}

/// Follows the revocation feed in a background task.
pub(crate) struct RevocationFeedFollower {
    shared: Arc<Shared>,
    task: ArcSwapOption<FollowTask>,
    /// Locked while a task is started, so that there is only one.
    starting: Mutex<()>,
}

struct Shared {
    issuer: Arc<Issuer>,
    caller: ClientCredentials,
    clock: Arc<dyn Clock>,
    max_age: Duration,
    stale_policy: StaleFeedPolicy,
    revoked: ArcSwap<KnownRevocations>,
    /// When the last response was received.
    last_response: watch::Sender<Option<Duration>>,
    /// When the task began its last poll, in seconds of the monotonic clock.
    last_poll: AtomicU64,
}

/// Stops the background task when the validator is dropped.
struct FollowTask(AbortHandle);

/// The revocation status of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RevocationStatus {
    NotRevoked,
    Revoked,
    /// The feed is truncated for the token's account and does not list the token: it may be revoked or not.
    Unlisted,
    /// The feed is stale.
    FeedStale,
}

/// The digests that identify a token's account and tenant in the feed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FeedDigests {
    account: NameDigest,
    tenant: Option<NameDigest>,
}

impl FeedDigests {
    pub(crate) fn of(token: &Token) -> Self {
        let tenant = token.checked().tenant.as_deref();
        Self { account: name_digest(token.client_id()), tenant: tenant.map(name_digest) }
    }
}

impl RevocationFeedFollower {
    pub(crate) fn new(
        issuer: Arc<Issuer>,
        caller: ClientCredentials,
        clock: Arc<dyn Clock>,
        max_age: Duration,
        stale_policy: StaleFeedPolicy,
    ) -> Self {
        let (revoked, last_response) = (ArcSwap::default(), watch::Sender::new(None));
        let last_poll = AtomicU64::default();
        let shared =
            Shared { issuer, caller, clock, max_age, stale_policy, revoked, last_response, last_poll };
        Self { shared: Arc::new(shared), task: ArcSwapOption::empty(), starting: Mutex::default() }
    }

    /// Whether the background task runs. If not, the known revocations are no longer updated.
    pub(crate) fn is_running(&self) -> bool {
        let task = self.task.load();
        task.as_ref().is_some_and(|task| !task.0.is_finished()) && !self.shared.stands_still()
    }

    /// Starts the background task if necessary, and waits for its first response of the feed.
    pub(crate) async fn wait_until_ready(&self) -> Result<(), Outage> {
        let mut last_response = self.shared.last_response.subscribe();
        let first = async {
            loop {
                // While this caller waits, the runtime of the one that started the task may end.
                self.ensure_running();
                if timeout(PAUSE, last_response.wait_for(Option::is_some)).await.is_ok() {
                    return;
                }
            }
        };
        match (timeout(REQUEST_TIMEOUT, first).await, self.shared.stale_policy) {
            (Ok(()), _) | (_, StaleFeedPolicy::UseLastKnown) => Ok(()),
            (_, StaleFeedPolicy::Reject) => Err(Outage::FeedStale),
        }
    }

    /// Starts the background task in the current runtime, unless it runs.
    fn ensure_running(&self) {
        if self.is_running() {
            return;
        }
        let _starting = self.starting.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_running() {
            return;
        }
        if self.task.load().is_some() {
            tracing::warn!(
                issuer = self.shared.issuer.name(),
                "the runtime that followed the revocation feed has ended or stands still; \
                 following the feed in the current runtime"
            );
            // Revocations may be unknown since then. As at the first start, wait for a response of the feed.
            self.shared.last_response.send_replace(None);
        }
        self.shared.record_poll();
        let task = tokio::spawn(follow(Arc::clone(&self.shared)));
        self.task.store(Some(Arc::new(FollowTask(task.abort_handle()))));
    }

    pub(crate) fn status_of(&self, token: &Token, digests: FeedDigests) -> RevocationStatus {
        let revoked = self.shared.revoked.load();
        let checked = token.checked();
        let identifiers = TokenIdentifiers {
            jti: checked.jti.as_deref(),
            // A token without epochs is older than any raised epoch.
            epochs: checked.epoch.unwrap_or_default(),
            tenant: digests.tenant,
            account: digests.account,
        };
        if revoked.revokes(identifiers) {
            return RevocationStatus::Revoked;
        }
        if self.shared.stale_policy == StaleFeedPolicy::Reject && self.shared.is_stale() {
            return RevocationStatus::FeedStale;
        }
        if revoked.is_truncated_for(digests.account) {
            return RevocationStatus::Unlisted;
        }
        RevocationStatus::NotRevoked
    }
}

impl Shared {
    fn is_stale(&self) -> bool {
        let now = self.clock.monotonic();
        self.last_response
            .borrow()
            .is_none_or(|last_response| now.saturating_sub(last_response) > self.max_age)
    }

    /// Whether the task has not polled for so long that its runtime cannot be running: for example, a runtime for the
    /// current thread that waits for its next `block_on`.
    fn stands_still(&self) -> bool {
        let last_poll = Duration::from_secs(self.last_poll.load(Ordering::Relaxed));
        self.clock.monotonic().saturating_sub(last_poll) > LONGEST_POLL
    }

    fn record_poll(&self) {
        self.last_poll.store(self.clock.monotonic().as_secs(), Ordering::Relaxed);
    }

    /// Sends one long poll. Returns the `ETag` of the known state.
    async fn poll(&self, known: Option<&HeaderValue>) -> Result<Option<HeaderValue>, Outage> {
        let url = self.issuer.revocation_feed_endpoint().await?;
        let client = self.issuer.http_client();
        // The first request returns at once; each later one waits for a change.
        let request = match known {
            None => client.get(&url),
            Some(known) => {
                let waiting = url.with_parameter("wait", &WAIT.as_secs().to_string());
                client.get(&waiting).header(IF_NONE_MATCH, known.clone()).timeout(WAIT + REQUEST_TIMEOUT)
            }
        };
        let request = self.caller.authenticate(request.header(ACCEPT, JSON));
        let answer = request.max_response_bytes(MAX_FEED_BYTES).send().await?;
        if answer.status == StatusCode::NOT_MODIFIED && known.is_some() {
            self.record_response();
            return Ok(known.cloned());
        }
        let answer = answer.ok()?;
        let feed: RevocationFeed = answer.json("a revocation feed")?;
        if feed.iss != self.issuer.name() {
            return Err(Outage::OtherIssuer { url: answer.url });
        }
        self.revoked.store(Arc::new(self.revoked.load().with(feed, self.clock.now())));
        self.record_response();
        Ok(answer.headers.get(ETAG).cloned())
    }

    fn record_response(&self) {
        self.last_response.send_replace(Some(self.clock.monotonic()));
    }
}

async fn follow(shared: Arc<Shared>) {
    let mut known = None;
    let mut failures = 0;
    loop {
        shared.record_poll();
        match shared.poll(known.as_ref()).await {
            Ok(tag) => {
                failures = 0;
                // Without a tag the server cannot wait for a change and would respond at once.
                if tag.is_none() {
                    tokio::time::sleep(PAUSE).await;
                }
                known = tag;
            }
            Err(outage) => {
                if failures == 0 {
                    tracing::warn!(issuer = shared.issuer.name(), %outage, "failed to poll the revocation feed; will retry");
                }
                tokio::time::sleep(pause_after(&outage, failures)).await;
                failures += 1;
            }
        }
    }
}

/// Grows while the issuer rejects the requests, because only an administrator can fix that.
fn pause_after(outage: &Outage, failures: u32) -> Duration {
    match outage {
        Outage::Status { status: 400..=499, .. } => PAUSE * (1 << failures.min(5)),
        _ => PAUSE,
    }
}

impl Drop for FollowTask {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl fmt::Debug for RevocationFeedFollower {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RevocationFeedFollower")
            .field("issuer", &self.shared.issuer.name())
            .field("caller", &self.shared.caller)
            .field("is_stale", &self.shared.is_stale())
            .finish_non_exhaustive()
    }
}

fn name_digest(name: &str) -> NameDigest {
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(digest(&SHA256, name.as_bytes()).as_ref());
    NameDigest::from_sha256(&sha256)
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");
/// How long the server may wait for a change.
const WAIT: Duration = Duration::from_secs(20);
/// The time between the beginnings of two polls is always shorter: the issuer's metadata, the wait, and a pause.
const LONGEST_POLL: Duration = Duration::from_mins(2);
/// The pause between two attempts, so that a revocation is known within two seconds even after a failed attempt.
const PAUSE: Duration = Duration::from_secs(1);
