//! The calls of the authorization server: each goes to the flow that answers it.

use std::time::Duration;

use jeton_protocol::{
    IntrospectionRequest, PresentedClient, RevocationFeedRequest, RevocationRequest, TokenRequest,
};

use crate::authorization_server::AuthorizationServer;
use crate::client::authenticated_account::AuthenticatedAccount;
use crate::grant::mint::IssuedToken;
use crate::model::CallerAddress;
use crate::refusal::{Refusal, Unavailable};
use crate::revocation_feed::answer::RevocationFeedAnswer;
use crate::secrets::expiring::count_expiring_secrets;
use crate::secrets::rehash::Rehashed;
use crate::store::StoreError;
use crate::token::introspect::Introspection;
use crate::token::revoke::RevocationOutcome;

/// The requests of clients.
impl AuthorizationServer {
    /// Authenticates a call from `from` by the credentials that it presented.
    ///
    /// # Errors
    /// [`Refusal::Client`] for wrong or unusable credentials, [`Refusal::WrongRegion`], [`Refusal::Limited`] after too
    /// many failures, [`Refusal::Unavailable`] when the store or the hash pool cannot answer.
    pub async fn authenticate(
        &self,
        presented: &PresentedClient,
        from: CallerAddress,
    ) -> Result<AuthenticatedAccount, Refusal> {
        self.unless_outdated(self.authenticator.authenticate(presented, from).await)
    }

    /// Answers a token request that came from `from`.
    ///
    /// # Errors
    /// A [`Refusal`]. Checked in this order: grant type, region, client, resource, scope.
    pub async fn grant(&self, request: &TokenRequest, from: CallerAddress) -> Result<IssuedToken, Refusal> {
        self.unless_outdated(self.issuer.grant(request, from).await)
    }

    /// Answers an introspection request that came from `from`.
    ///
    /// # Errors
    /// A [`Refusal`] when the caller does not authenticate, has sent too many invalid tokens, or the store cannot
    /// return the token's account.
    pub async fn introspect(
        &self,
        request: &IntrospectionRequest,
        from: CallerAddress,
    ) -> Result<Introspection, Refusal> {
        self.unless_outdated(self.introspector.introspect(request, from).await)
    }

    /// The response to an introspection request as a JWT (RFC 9701 §5).
    ///
    /// # Errors
    /// [`Unavailable::NoSigningKey`](crate::Unavailable::NoSigningKey) when there is no active signing key; [`Internal`](crate::Internal) for defects.
    pub fn sign_introspection(&self, found: &Introspection) -> Result<String, Refusal> {
        self.introspector.sign_introspection(found)
    }

    /// Answers a revocation request that came from `from`. After this call the token is inactive on this node, and
    /// within a second on all other nodes.
    ///
    /// # Errors
    /// A [`Refusal`] when the caller does not authenticate, when the token is active and belongs to another account, or
    /// when the store cannot be read or written.
    pub async fn revoke(
        &self,
        request: &RevocationRequest,
        from: CallerAddress,
    ) -> Result<RevocationOutcome, Refusal> {
        self.unless_outdated(self.revoker.revoke(request, from).await)
    }

    /// Answers a request for the revocation feed that came from `from`, with the current state. A handler that delays
    /// its response must call this again before it responds: meanwhile the caller may have lost its right, or the node
    /// its store.
    ///
    /// # Errors
    /// A [`Refusal`] when the caller does not authenticate or may not introspect any tokens, or when the node has not
    /// read the latest revocations.
    pub async fn revocation_feed(
        &self,
        request: &RevocationFeedRequest,
        from: CallerAddress,
    ) -> Result<RevocationFeedAnswer, Refusal> {
        self.unless_outdated(self.revocation_feed.read(request, from).await)
    }

    /// An outage is never a refusal: while the change feed cannot be read, memory may lack the secret or the grant of the
    /// caller.
    fn unless_outdated<T>(&self, answer: Result<T, Refusal>) -> Result<T, Refusal> {
        answer.map_err(|refusal| {
            if refusal.depends_on_accounts() && self.directory.may_lack_changes() {
                Unavailable::Outdated(Box::new(refusal)).into()
            } else {
                refusal
            }
        })
    }

    /// How many documents of the revocation feed this node has built, for metrics.
    #[must_use]
    pub fn revocation_feed_documents_built(&self) -> u64 {
        self.revocation_feed.documents_built()
    }
}

/// The tasks that a node repeats.
impl AuthorizationServer {
    /// Rehashes the queued secrets, one after the other. Called about once a second.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails. Secrets that were not rehashed stay queued, except one that can never be
    /// rehashed.
    pub async fn rehash(&self) -> Result<Vec<Rehashed>, StoreError> {
        self.rehasher.rehash().await
    }

    /// Writes to the store which secrets were used since the last call. Called a few times a minute, and at shutdown.
    ///
    /// # Errors
    /// [`StoreError`]. Uses that were not written stay recorded, even if the call is cancelled.
    pub async fn record_uses(&self) -> Result<(), StoreError> {
        self.last_uses.write().await
    }

    /// Removes the revocations of tokens that expired long ago, from the cache and from the store. Returns how many
    /// were removed from the store.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer. The next call retries.
    pub async fn remove_expired_revocations(&self) -> Result<u64, StoreError> {
        self.revoker.remove_expired_revocations().await
    }

    /// Summarizes clients' revocations since the last summary in the audit log. Returns how many this node summarized:
    /// none if another node was faster. Called once a minute.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer. The next call retries.
    pub async fn summarize_revocations(&self) -> Result<u64, StoreError> {
        self.summarizer.summarize().await
    }

    /// How many accounts have their last secret expire `within` from now. Accounts that have no active secret already
    /// are not counted.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn count_expiring_secrets(&self, within: Duration) -> Result<u64, StoreError> {
        count_expiring_secrets(&*self.context.store, self.now(), within).await
    }
}
