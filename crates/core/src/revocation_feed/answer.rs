//! The revocation feed: lists revoked tokens for accounts that may introspect them, so that they can check JWTs
//! locally.
//!
//! The caller is authenticated first. The response covers the audiences whose tokens it may introspect, and is built
//! from the cache only.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jeton_protocol::{ClientId, ResourceUri, RevocationFeed, RevocationFeedRequest, RevokedJti, Truncation};

use crate::client::authenticate::Authenticator;
use crate::clock::Clock;
use crate::memory::directory::Directory;
use crate::model::{CallerAddress, Timestamp, TokenId};
use crate::refusal::Refusal;
use crate::revocation_feed::changes::RevocationFeedChanges;
use crate::revocation_feed::documents::{FeedSnapshot, RevocationFeedDocument, RevocationFeedDocuments};
use crate::revocation_feed::freshness::MAX_STALENESS;
use crate::settings::Settings;

/// The result of a request for the revocation feed.
#[derive(Debug)]
pub struct RevocationFeedAnswer {
    /// The account that sent the request.
    pub caller: ClientId,
    /// The revocations for the audiences whose tokens the caller may introspect.
    pub document: Arc<RevocationFeedDocument>,
    /// The changes after this document.
    pub changes: RevocationFeedChanges,
}

/// Answers requests for the revocation feed.
#[derive(Debug)]
pub(crate) struct RevocationFeedPublisher {
    pub(crate) settings: Arc<Settings>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) authenticator: Arc<Authenticator>,
    pub(crate) documents: RevocationFeedDocuments,
}

impl RevocationFeedPublisher {
    /// Answers a request for the revocation feed that came from `from`, with the current state. A handler that delays
    /// its response must call this again before it responds: meanwhile the caller may have lost its right, or the node
    /// its store.
    ///
    /// # Errors
    /// A [`Refusal`] when the caller does not authenticate or may not introspect any tokens, or when the node has not
    /// read the latest revocations.
    pub(crate) async fn read(
        &self,
        request: &RevocationFeedRequest,
        from: CallerAddress,
    ) -> Result<RevocationFeedAnswer, Refusal> {
        self.directory.ensure_fresh()?;
        let caller = self.authenticator.authenticate(&request.client, from).await?;
        let caller = caller.account();
        if caller.introspects.is_empty() {
            return Err(Refusal::NoIntrospectionRight);
        }
        // Last, because authentication may have taken a while.
        self.directory.ensure_read_within(MAX_STALENESS)?;
        let (document, changes) = self.feed_document(&caller.introspects, request.wait).await;
        Ok(RevocationFeedAnswer { caller: caller.client_id.clone(), document, changes })
    }

    /// How many documents were built.
    pub(crate) fn documents_built(&self) -> u64 {
        self.documents.built()
    }

    /// A caller that waits for changes gets those that are published, a caller that does not wait gets all.
    async fn feed_document(
        &self,
        audiences: &BTreeSet<ResourceUri>,
        wait: Duration,
    ) -> (Arc<RevocationFeedDocument>, RevocationFeedChanges) {
        let counters = self.directory.revocation_feed_versions().of(audiences);
        let needed = if wait.is_zero() { counters.current() } else { counters.published() };
        // Read the version first. A change in between belongs to the next version, and it does no harm if the document
        // already contains it.
        let current = FeedSnapshot { version: counters.current(), minute: minute(self.clock.now()) };
        let at = current.minute;
        let build = || RevocationFeedDocument::from(&self.feed(audiences, at));
        let (document, known) = self.documents.find_or_build(audiences, &needed, current, build).await;
        let directory = Arc::clone(&self.directory);
        (document, RevocationFeedChanges { directory, counters, known })
    }

    fn feed(&self, audiences: &BTreeSet<ResourceUri>, at: Timestamp) -> RevocationFeed {
        let revoked = self.directory.revoked_tokens().by_audience().of(audiences, at);
        let epochs = self.directory.raised_epochs().at(at);
        let listed = |(token, expires_at): (TokenId, Timestamp)| RevokedJti {
            jti: token.to_string(),
            exp: expires_at.unix(),
        };
        RevocationFeed {
            iss: self.settings.issuer.clone(),
            region_epoch: self.directory.catalog().region_epoch,
            tenants: epochs.tenants,
            accounts: epochs.accounts,
            tokens: revoked.tokens.into_iter().map(listed).collect(),
            truncation: if epochs.truncated { Truncation::All } else { revoked.truncation },
        }
    }
}

/// Expired entries are removed once a minute, at the same moment on every node. Otherwise documents would differ each
/// second and between nodes, and clients would have to download them again.
fn minute(now: Timestamp) -> Timestamp {
    Timestamp::from_unix(now.unix() - now.unix().rem_euclid(60))
}
