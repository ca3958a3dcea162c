//! Decides who is calling (RFC 6749 §2.3, §3.2.1): a client id and a secret become an [`AuthenticatedAccount`].
//!
//! The cheapest check comes first, and expensive checks are limited for every caller. The order is: region, shape of
//! the secret, account, cache of verified secrets, generated secret whose keyed lookup matches, failure limit, hash.
//! The first three are in [`crate::client::candidates`], the last two in [`crate::client::heavy_hashes`]. All callers
//! without a correct secret get the same answer, whatever the reason.

use std::sync::Arc;

use jeton_protocol::{PresentedClient, PresentedPair, PresentedSecret};

use crate::client::authenticated_account::{Attempt, AuthenticatedAccount, ProvedCredential, admit};
use crate::client::failure_limit::{FailureLimit, ReservedFailures};
use crate::clock::Clock;
use crate::keys::master_key::SecretIndexer;
use crate::memory::directory::Directory;
use crate::model::{CallerAddress, Credential, LastUse};
use crate::refusal::{Refusal, VisibleClientFault};
use crate::secret_hash::HashCost;
use crate::secrets::hash_pool::HashPool;
use crate::secrets::last_use::SecretUses;
use crate::secrets::rehash::RehashQueue;
use crate::secrets::verified::VerifiedSecrets;
use crate::settings::Settings;
use crate::store::SecretUse;

/// Authenticates the callers of all endpoints. Shared by the flows that need to know who is calling.
#[derive(Debug)]
pub(crate) struct Authenticator {
    pub(crate) settings: Arc<Settings>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) indexer: SecretIndexer,
    pub(crate) hashes: Arc<HashPool>,
    pub(crate) verified: Arc<VerifiedSecrets>,
    pub(crate) uses: Arc<SecretUses>,
    pub(crate) rehash_queue: Arc<RehashQueue>,
    pub(crate) failures: FailureLimit,
}

impl Authenticator {
    /// Authenticates a call from `from` by the credentials that it presented.
    ///
    /// # Errors
    /// [`Refusal::Client`] for wrong or unusable credentials, [`Refusal::WrongRegion`], [`Refusal::Limited`] after too
    /// many failures, [`Refusal::Unavailable`] when the store or the hash pool cannot answer.
    pub(crate) async fn authenticate(
        &self,
        presented: &PresentedClient,
        from: CallerAddress,
    ) -> Result<AuthenticatedAccount, Refusal> {
        let authenticated = self.authenticate_pair(presented_pair(presented)?, from).await?;
        // Only after authentication: a read that only some accounts cause would reveal which ids exist.
        self.directory.ensure_catalog_covers(authenticated.account()).await?;
        Ok(authenticated)
    }

    async fn authenticate_pair(
        &self,
        pair: &PresentedPair,
        from: CallerAddress,
    ) -> Result<AuthenticatedAccount, Refusal> {
        let attempt = Attempt { at: self.clock.now(), method: pair.method.into(), from };
        let mut candidates = self.find_candidates(pair, from.network()).await;
        for candidate in &candidates.found {
            if let Some((account, credential)) = candidate.credential(attempt.at)
                && let Some(verified) =
                    self.verified.find(&self.verified.digest(credential, candidate.secret.expose()))
            {
                let proved = ProvedCredential { account, credential, attempt };
                let admitted = self.admit_unlimited(proved, candidate.secret)?;
                if verified.is_first_use_in_minute(attempt.at) {
                    self.record_use(proved);
                }
                return Ok(admitted);
            }
        }
        if let Some(refusal) = candidates.failed.take() {
            return Err(refusal);
        }
        for candidate in &candidates.found {
            if let Some((account, credential)) = candidate.matched_by_lookup()
                && self.verify_light(credential, candidate.secret, from).await?
            {
                let proved = ProvedCredential { account, credential, attempt };
                let admitted = self.admit_unlimited(proved, candidate.secret)?;
                self.record_use(proved);
                return Ok(admitted);
            }
        }
        let checks = self.hash_checks(&candidates.found, attempt.at);
        if checks.is_empty() {
            let _counted = self.reserve_failures(&[&pair.client_id], from)?;
            return Err(candidates.fault().into());
        }
        self.authenticate_by_hash(&checks, attempt).await?.ok_or_else(|| candidates.fault().into())
    }

    /// Whether a secret whose lookup matched belongs to the credential. This is never rate limited: the lookup already
    /// proves that the caller has the secret.
    async fn verify_light(
        &self,
        credential: &Credential,
        secret: &PresentedSecret,
        from: CallerAddress,
    ) -> Result<bool, Refusal> {
        let Some(proof) = credential.secret() else { return Ok(false) };
        let digest = self.verified.digest(credential, secret.expose());
        let hash = async {
            let network = from.network();
            let matches = self.hashes.matches(&proof.hash, HashCost::Light, secret.expose(), network);
            matches.await.map(|matches| matches.then_some(digest))
        };
        Ok(self.verified.verify(digest, hash).await?.is_some())
    }

    pub(super) fn reserve_failures(
        &self,
        client_ids: &[&str],
        from: CallerAddress,
    ) -> Result<ReservedFailures, Refusal> {
        self.failures
            .reserve(client_ids, from.network(), self.clock.monotonic())
            .map_err(|retry_after| Refusal::Limited { retry_after })
    }

    /// The secret is known to be correct, so the caller is not rate limited, even if it is refused for another reason.
    /// A refusal is still counted as a failure.
    pub(super) fn admit_unlimited(
        &self,
        proved: ProvedCredential<'_>,
        secret: &PresentedSecret,
    ) -> Result<AuthenticatedAccount, Refusal> {
        let admitted = self.admit(proved, secret);
        if admitted.is_err() {
            let (client_id, network) = (proved.account.client_id.as_str(), proved.attempt.from.network());
            self.failures.record(client_id, network, self.clock.monotonic());
        }
        admitted
    }

    /// If the hash of the secret was made by another server, the secret is queued to be rehashed.
    pub(super) fn admit(
        &self,
        proved: ProvedCredential<'_>,
        secret: &PresentedSecret,
    ) -> Result<AuthenticatedAccount, Refusal> {
        let admitted = admit(proved)?;
        self.rehash_queue.push_if_foreign(proved.account, proved.credential, secret.expose());
        Ok(admitted)
    }

    pub(super) fn record_use(&self, proved: ProvedCredential<'_>) {
        let ProvedCredential { account, credential, attempt } = proved;
        self.uses.record(SecretUse {
            client_id: account.client_id.clone(),
            credential: credential.id.clone(),
            last_use: LastUse { at: attempt.at, from: attempt.from },
        });
    }
}

fn presented_pair(presented: &PresentedClient) -> Result<&PresentedPair, VisibleClientFault> {
    match presented {
        PresentedClient::Secret(pair) => Ok(pair),
        PresentedClient::NoCredentials => Err(VisibleClientFault::NoCredentials),
        PresentedClient::Incomplete { missing } => Err(VisibleClientFault::Incomplete(missing)),
        PresentedClient::Assertion(_) => Err(VisibleClientFault::UnsupportedMethod),
        PresentedClient::Unusable(problem) => Err(VisibleClientFault::Unusable(*problem)),
    }
}
