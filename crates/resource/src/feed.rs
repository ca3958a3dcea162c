//! Follows the issuer's revocation feed by long poll, from the first token on until the validator is dropped.
//!
//! It decides how sure it is of what it has heard. What is revoked is the business of [`Revoked`].

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use arc_swap::ArcSwap;
use aws_lc_rs::digest::{SHA256, digest};
use http::header::{ACCEPT, ETAG, IF_NONE_MATCH};
use http::{HeaderValue, StatusCode};
use jeton_protocol::{MAX_FEED_BYTES, NameDigest, RevocationFeed};
use tokio::sync::watch;
use tokio::task::AbortHandle;

use crate::client_credentials::ClientCredentials;
use crate::clock::Clock;
use crate::issuer::Issuer;
use crate::outbound::PATIENCE;
use crate::rejection::Outage;
use crate::revoked::{Named, Revoked};
use crate::token::Token;

/// What becomes of tokens while the revocation feed is silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenFeedIsSilent {
    /// They are refused with 503: no revoked token passes.
    Refuse,
    /// They are judged by what was heard before: a token revoked since then passes until it expires.
    GoOn,
}

/// The follower and what it has heard.
pub(crate) struct Feed {
    shared: Arc<Shared>,
    task: OnceLock<Follower>,
}

struct Shared {
    issuer: Arc<Issuer>,
    caller: ClientCredentials,
    clock: Arc<dyn Clock>,
    silence: Duration,
    when_silent: WhenFeedIsSilent,
    revoked: ArcSwap<Revoked>,
    /// When the last answer came.
    heard: watch::Sender<Option<Duration>>,
}

/// Ends with the validator.
struct Follower(AbortHandle);

/// What the feed says of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Alive,
    Revoked,
    /// The feed has no room for all that is revoked, and does not list this one.
    Unlisted,
    /// It was not heard for too long.
    NotHeard,
}

/// What the feed calls a token's account and tenant.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names {
    account: NameDigest,
    tenant: Option<NameDigest>,
}

impl Names {
    pub(crate) fn of(token: &Token) -> Self {
        let tenant = token.checked().tenant.as_deref();
        Self { account: name_digest(token.client_id()), tenant: tenant.map(name_digest) }
    }
}

impl Feed {
    pub(crate) fn new(
        issuer: Arc<Issuer>,
        caller: ClientCredentials,
        clock: Arc<dyn Clock>,
        silence: Duration,
        when_silent: WhenFeedIsSilent,
    ) -> Self {
        let (revoked, heard) = (ArcSwap::default(), watch::Sender::new(None));
        let shared = Arc::new(Shared { issuer, caller, clock, silence, when_silent, revoked, heard });
        Self { shared, task: OnceLock::new() }
    }

    /// Begins to follow, and waits until the feed was heard for the first time.
    pub(crate) async fn hear(&self) -> Result<(), Outage> {
        self.task.get_or_init(|| Follower(tokio::spawn(follow(Arc::clone(&self.shared))).abort_handle()));
        let mut heard = self.shared.heard.subscribe();
        let first = tokio::time::timeout(PATIENCE, heard.wait_for(Option::is_some)).await;
        match (first, self.shared.when_silent) {
            (Ok(Ok(_)), _) | (_, WhenFeedIsSilent::GoOn) => Ok(()),
            (_, WhenFeedIsSilent::Refuse) => Err(Outage::FeedSilent),
        }
    }

    pub(crate) fn standing(&self, token: &Token, names: Names) -> Standing {
        let revoked = self.shared.revoked.load();
        let checked = token.checked();
        let named = Named {
            jti: checked.jti.as_deref(),
            epochs: checked.epoch.unwrap_or_default(),
            tenant: names.tenant,
            account: names.account,
        };
        if revoked.names(named) {
            return Standing::Revoked;
        }
        if self.shared.when_silent == WhenFeedIsSilent::Refuse && self.shared.is_silent() {
            return Standing::NotHeard;
        }
        if revoked.is_truncated() { Standing::Unlisted } else { Standing::Alive }
    }
}

impl Shared {
    fn is_silent(&self) -> bool {
        let now = self.clock.monotonic();
        self.heard.borrow().is_none_or(|heard| now.saturating_sub(heard) > self.silence)
    }

    /// One long poll; the tag of what is known then.
    async fn poll(&self, known: Option<&HeaderValue>) -> Result<Option<HeaderValue>, Outage> {
        let url = self.issuer.revocation_feed_endpoint().await?;
        let outbound = self.issuer.outbound();
        // The first answer is wanted at once, each further one when something has changed.
        let request = match known {
            None => outbound.get(&url),
            Some(known) => outbound.get(&waiting(&url)).header(IF_NONE_MATCH, known).timeout(WAIT + PATIENCE),
        };
        let request = self.caller.authenticate(request.header(ACCEPT, "application/json"));
        let answer = outbound.send_for(&url, request, MAX_FEED_BYTES).await?;
        if answer.status == StatusCode::NOT_MODIFIED && known.is_some() {
            self.note_heard();
            return Ok(known.cloned());
        }
        let answer = answer.ok()?;
        let feed: RevocationFeed = answer.json("a revocation feed")?;
        if feed.iss != self.issuer.name() {
            return Err(Outage::OtherIssuer { url });
        }
        self.revoked.store(Arc::new(self.revoked.load().with(feed, self.clock.now())));
        self.note_heard();
        Ok(answer.headers.get(ETAG).cloned())
    }

    fn note_heard(&self) {
        self.heard.send_replace(Some(self.clock.monotonic()));
    }
}

async fn follow(shared: Arc<Shared>) {
    let mut known = None;
    let mut is_away = false;
    loop {
        match shared.poll(known.as_ref()).await {
            Ok(tag) => {
                is_away = false;
                // Without a tag there is nothing to wait for a change of.
                if tag.is_none() {
                    tokio::time::sleep(PAUSE).await;
                }
                known = tag;
            }
            Err(outage) => {
                if !is_away {
                    tracing::warn!(issuer = shared.issuer.name(), %outage, "the revocation feed is not heard");
                }
                is_away = true;
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feed")
            .field("issuer", &self.shared.issuer.name())
            .field("caller", &self.shared.caller)
            .field("is_silent", &self.shared.is_silent())
            .finish_non_exhaustive()
    }
}

fn waiting(url: &str) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}wait={}", WAIT.as_secs())
}

fn name_digest(name: &str) -> NameDigest {
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(digest(&SHA256, name.as_bytes()).as_ref());
    NameDigest::from_sha256(&sha256)
}

/// How long the feed may hold an answer back.
const WAIT: Duration = Duration::from_secs(20);
/// Between two tries, so that a revocation is known within two seconds also after a try that failed.
const PAUSE: Duration = Duration::from_secs(1);
