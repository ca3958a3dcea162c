//! Decides who is calling (RFC 6749 §2.3, §3.2.1): a client id and a secret become an [`AuthenticatedAccount`].
//!
//! The cheapest check comes first, and no caller causes an expensive one without end: region, shape of the secret,
//! account, memory of verified secrets, generated secret whose keyed lookup matches, failure limit, hash. The first three
//! are in [`crate::candidates`]. All callers without a right secret get one answer, whatever the reason.

use std::sync::Arc;

use jeton_protocol::{PresentedClient, PresentedPair, PresentedSecret};

use crate::authorization_server::AuthorizationServer;
use crate::candidates::Guess;
use crate::failure_limit::ReservedFailures;
use crate::model::{Account, CallerAddress, Credential, CredentialState, LastUse, Restriction, Timestamp};
use crate::refusal::{ClientFault, EndedSecret, NarrowSecret, Refusal};
use crate::scope_policy::Reach;
use crate::secret_hash::HashCost;
use crate::store::SecretUse;
use crate::verified_secrets::SecretDigest;

/// An account that has proved who it is. Only [`AuthorizationServer::authenticate`] makes one.
#[derive(Debug, Clone)]
pub struct AuthenticatedAccount {
    account: Arc<Account>,
    credential_expires_at: Option<Timestamp>,
    restriction: Restriction,
}

impl AuthenticatedAccount {
    /// Whose secret it was.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// When the first of account and credential ends: no token outlives that.
    #[must_use]
    pub fn ends_at(&self) -> Option<Timestamp> {
        first_end(&self.account, self.credential_expires_at)
    }

    /// What it may ask for, which the secret may narrow.
    pub(crate) fn reach(&self) -> Reach<'_> {
        Reach { account: &self.account, restriction: &self.restriction }
    }
}

impl AuthorizationServer {
    /// Checks what was presented, for a call from `from`.
    ///
    /// # Errors
    /// [`Refusal::Client`] for whatever is wrong with it, [`Refusal::WrongRegion`], [`Refusal::Limited`] after too many
    /// failures, [`Refusal::Unavailable`] when the store or the hashing pool cannot tell.
    pub async fn authenticate(
        &self,
        presented: &PresentedClient,
        from: CallerAddress,
    ) -> Result<AuthenticatedAccount, Refusal> {
        let authenticated = self.authenticate_pair(usable(presented)?, from).await?;
        // Not before: a read that only some accounts cause would tell strangers which ids exist.
        self.directory.ensure_catalog_covers_accounts().await?;
        Ok(authenticated)
    }

    async fn authenticate_pair(
        &self,
        pair: &PresentedPair,
        from: CallerAddress,
    ) -> Result<AuthenticatedAccount, Refusal> {
        let now = self.clock.now();
        let mut candidates = self.find_candidates(pair).await;
        for candidate in &candidates.found {
            if let Some((account, credential)) = candidate.credential(now)
                && let Some(verified) =
                    self.verified.find(&self.verified.digest(credential, candidate.secret.expose()))
            {
                let admitted = self.admit_unlimited((account, credential), candidate.secret, from, now)?;
                if verified.begins_minute(now) {
                    self.uses.note(used(account, credential, from, now));
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
                let admitted = self.admit_unlimited((account, credential), candidate.secret, from, now)?;
                self.uses.note(used(account, credential, from, now));
                return Ok(admitted);
            }
        }
        let guesses = self.guesses(&candidates.found, now);
        if guesses.is_empty() {
            let _counted = self.reserve_failures(&[&pair.client_id], from)?;
            return Err(candidates.fault().into());
        }
        self.authenticate_by_guess(&guesses, from, now).await?.ok_or_else(|| candidates.fault().into())
    }

    /// Whether a secret whose lookup matched is the credential's. Never limited: the lookup proves that the caller has
    /// it.
    async fn verify_light(
        &self,
        credential: &Credential,
        secret: &PresentedSecret,
        from: CallerAddress,
    ) -> Result<bool, Refusal> {
        let digest = self.verified.digest(credential, secret.expose());
        let hash = async {
            let network = from.network();
            let matches = self.hashes.matches(&credential.hash, HashCost::Light, secret.expose(), network);
            matches.await.map(|matches| matches.then_some(digest))
        };
        Ok(self.verified.verify(digest, hash).await?.is_some())
    }

    /// The account whose imported secret one of the guesses is, if one is. Of many copies of one request at the same time
    /// one is hashed and the others wait for it, so that copies of a right secret are not limited.
    async fn authenticate_by_guess(
        &self,
        guesses: &[Guess<'_>],
        from: CallerAddress,
        now: Timestamp,
    ) -> Result<Option<AuthenticatedAccount>, Refusal> {
        let Some(first) = guesses.first() else { return Ok(None) };
        let mut reserved = None;
        let hash = self.hash_guesses(guesses, from, &mut reserved);
        let Some(right) = self.verified.verify(first.digest, hash).await? else { return Ok(None) };
        let Some(guess) = guesses.iter().find(|guess| guess.digest == right) else { return Ok(None) };
        let Some((account, credential)) = guess.candidate.credential(now) else { return Ok(None) };
        let admitted = match reserved {
            None => self.admit_unlimited((account, credential), guess.candidate.secret, from, now)?,
            Some(reserved) => {
                let admitted = self.admit_with((account, credential), guess.candidate.secret, from, now)?;
                self.failures.refund(reserved);
                admitted
            }
        };
        self.uses.note(used(account, credential, from, now));
        Ok(Some(admitted))
    }

    /// Hashes the guesses until one is right. Their failures are reserved first and left in `reserved`; where the pool is
    /// full, those of guesses that were not hashed are refunded. A caller that hangs up meanwhile leaves them counted:
    /// its hash runs on, and hanging up must not make guesses free.
    async fn hash_guesses(
        &self,
        guesses: &[Guess<'_>],
        from: CallerAddress,
        reserved: &mut Option<ReservedFailures>,
    ) -> Result<Option<SecretDigest>, Refusal> {
        // A copy of this request, for which this one waited, may have verified the second guess.
        let known = guesses.iter().skip(1).find(|guess| self.verified.find(&guess.digest).is_some());
        if let Some(known) = known {
            return Ok(Some(known.digest));
        }
        let client_ids: Vec<&str> = guesses.iter().map(|guess| guess.candidate.client_id).collect();
        let failures = self.reserve_failures(&client_ids, from)?;
        for (made, guess) in guesses.iter().enumerate() {
            let secret = guess.candidate.secret.expose();
            match self.hashes.matches(guess.hash, HashCost::Heavy, secret, from.network()).await {
                Ok(true) => {
                    *reserved = Some(failures);
                    return Ok(Some(guess.digest));
                }
                Ok(false) => {}
                Err(full) => {
                    self.failures.refund_after(made, failures);
                    return Err(full.into());
                }
            }
        }
        Ok(None)
    }

    fn reserve_failures(
        &self,
        client_ids: &[&str],
        from: CallerAddress,
    ) -> Result<ReservedFailures, Refusal> {
        self.failures
            .reserve(client_ids, from.network(), self.clock.monotonic())
            .map_err(|retry_after| Refusal::Limited { retry_after })
    }

    /// The secret is known to be right, so the caller is not limited, whatever else is wrong. That it was refused counts.
    fn admit_unlimited(
        &self,
        found: (&Arc<Account>, &Credential),
        secret: &PresentedSecret,
        from: CallerAddress,
        now: Timestamp,
    ) -> Result<AuthenticatedAccount, Refusal> {
        let admitted = self.admit_with(found, secret, from, now);
        if admitted.is_err() {
            let client_id = found.0.client_id.as_str();
            self.failures.record(client_id, from.network(), self.clock.monotonic());
        }
        admitted
    }

    /// The secret is right. Where its hash is another server's, it is kept a moment to be hashed again.
    fn admit_with(
        &self,
        (account, credential): (&Arc<Account>, &Credential),
        secret: &PresentedSecret,
        from: CallerAddress,
        now: Timestamp,
    ) -> Result<AuthenticatedAccount, Refusal> {
        let admitted = admit(account, credential, from, now)?;
        self.rehash_later(account, credential, secret.expose());
        Ok(admitted)
    }
}

fn usable(presented: &PresentedClient) -> Result<&PresentedPair, ClientFault> {
    match presented {
        PresentedClient::Secret(pair) => Ok(pair),
        PresentedClient::NoCredentials => Err(ClientFault::NothingPresented),
        PresentedClient::Incomplete { missing } => Err(ClientFault::Incomplete(missing)),
        PresentedClient::Assertion => Err(ClientFault::UnsupportedMethod),
        PresentedClient::Unusable(problem) => Err(ClientFault::Unusable(*problem)),
    }
}

/// The secret is right; now whether it, its account and its tenant are still good for anything, and from here.
fn admit(
    account: &Arc<Account>,
    credential: &Credential,
    from: CallerAddress,
    now: Timestamp,
) -> Result<AuthenticatedAccount, Refusal> {
    check_credential(credential, now)?;
    check_account(account, Some(from), now)?;
    check_networks_of(credential, from)?;
    Ok(AuthenticatedAccount {
        account: Arc::clone(account),
        credential_expires_at: credential.expires_at,
        restriction: credential.restriction.clone(),
    })
}

/// Whether a credential may be used from `address`, as far as it says so itself.
pub(crate) fn check_networks_of(credential: &Credential, address: CallerAddress) -> Result<(), ClientFault> {
    if credential.restriction.admits_address(address) {
        return Ok(());
    }
    let allowed = credential.restriction.allow_cidr.clone();
    Err(ClientFault::AddressNotAllowedForSecret(Box::new(NarrowSecret {
        id: credential.id.clone(),
        address,
        allowed,
    })))
}

/// Whether a credential authenticates at `now`.
pub(crate) fn check_credential(credential: &Credential, now: Timestamp) -> Result<(), ClientFault> {
    let ended = |at: Option<Timestamp>| {
        let (id, label) = (credential.id.clone(), credential.label.clone());
        Box::new(EndedSecret { id, label, at: at.unwrap_or(now) })
    };
    match credential.state(now) {
        CredentialState::Live => Ok(()),
        CredentialState::Expired => Err(ClientFault::ExpiredSecret(ended(credential.expires_at))),
        CredentialState::Revoked => Err(ClientFault::RevokedSecret(ended(credential.revoked_at))),
    }
}

/// Whether account and tenant may have tokens at `now`, for a call from `from` where that is known.
pub(crate) fn check_account(
    account: &Account,
    from: Option<CallerAddress>,
    now: Timestamp,
) -> Result<(), ClientFault> {
    let tenant = &account.tenant;
    if !account.enabled {
        return Err(ClientFault::DisabledAccount);
    }
    if let Some(at) = account.expires_at.filter(|_| account.is_expired(now)) {
        return Err(ClientFault::ExpiredAccount { at });
    }
    if !tenant.enabled {
        return Err(ClientFault::DisabledTenant(tenant.name.clone()));
    }
    if !tenant.accounts_allowed {
        return Err(ClientFault::BarredTenant(tenant.name.clone()));
    }
    match from {
        Some(address) if !account.admits_address(address) => {
            Err(ClientFault::AddressNotAllowed { address, allowed: account.allow_cidr.clone() })
        }
        Some(_) | None => Ok(()),
    }
}

/// When the first of account and credential ends.
pub(crate) fn first_end(account: &Account, credential_expires_at: Option<Timestamp>) -> Option<Timestamp> {
    account.expires_at.into_iter().chain(credential_expires_at).min()
}

fn used(account: &Account, credential: &Credential, from: CallerAddress, now: Timestamp) -> SecretUse {
    SecretUse {
        client_id: account.client_id.clone(),
        credential: credential.id.clone(),
        last_use: LastUse { at: now, from },
    }
}
