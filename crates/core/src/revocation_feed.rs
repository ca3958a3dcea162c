//! Tells whoever may introspect tokens which have been revoked, so that it can check JWTs by itself (design §4).
//!
//! The caller is authenticated first. It is told of the audiences whose tokens it may introspect, from memory alone.

use std::collections::BTreeSet;
use std::sync::Arc;

use jeton_protocol::{ClientId, ResourceUri, RevocationFeed, RevocationFeedRequest, RevokedJti};

use crate::authorization_server::AuthorizationServer;
use crate::feed_documents::{FeedDocument, Moment};
use crate::feed_version::FeedChanges;
use crate::model::{CallerAddress, Timestamp, TokenId};
use crate::refusal::Refusal;

/// Who asked, and what they are told.
#[derive(Debug)]
pub struct FeedAnswer {
    /// Who asked.
    pub caller: ClientId,
    /// What was revoked, for the audiences whose tokens they may introspect.
    pub document: Arc<FeedDocument>,
}

impl AuthorizationServer {
    /// Answers a request for the revocation feed that came from `from`, with what is known now. Whoever holds the answer
    /// back asks again: the caller may have lost its right meanwhile, or the node its store.
    ///
    /// # Errors
    /// A [`Refusal`] when the caller does not authenticate or may introspect no tokens, or when the node does not know what
    /// was revoked lately.
    pub async fn revocation_feed(
        &self,
        request: &RevocationFeedRequest,
        from: CallerAddress,
    ) -> Result<FeedAnswer, Refusal> {
        self.directory.ensure_fresh()?;
        let caller = self.authenticate(&request.client, from).await?;
        let caller = caller.account();
        if caller.introspects.is_empty() {
            return Err(Refusal::NoIntrospectionRight);
        }
        let document = self.feed_document(&caller.introspects);
        Ok(FeedAnswer { caller: caller.client_id.clone(), document })
    }

    /// What is heard of revocations from now on; some of it may change no document.
    #[must_use]
    pub fn revocation_feed_changes(&self) -> FeedChanges {
        self.directory.feed_version().changes()
    }

    fn feed_document(&self, audiences: &BTreeSet<ResourceUri>) -> Arc<FeedDocument> {
        // The version first: what is heard in between belongs to the next one, and being told of it early is no harm.
        let moment =
            Moment { version: self.directory.feed_version().current(), minute: minute(self.clock.now()) };
        let make = || FeedDocument::from(&self.feed(audiences, moment.minute));
        self.feed_documents.find_or_make(moment, audiences, make)
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
            truncated: revoked.truncated || epochs.truncated,
        }
    }
}

/// What has expired leaves once a minute and at the same moment at every node: else a document would be another one with
/// each second and each node, and whoever reads it would read it all again.
fn minute(now: Timestamp) -> Timestamp {
    Timestamp::from_unix(now.unix() - now.unix().rem_euclid(60))
}
