//! Decides who is calling (RFC 6749 §2.3, §3.2.1): a client id and a secret become an [`AuthenticatedAccount`].
//!
//! The cheapest check comes first, and expensive checks are limited for every caller. The order is: region, shape of
//! the secret, account, cache of verified secrets, generated secret whose keyed lookup matches, failure limit, hash.
//! The first three are in [`crate::client::candidates`]. All callers without a correct secret get the same answer, whatever the
//! reason.

use std::sync::Arc;

use jeton_protocol::{PresentedClient, PresentedPair, PresentedSecret};

use crate::authorization_server::AuthorizationServer;
use crate::client::candidates::HashCheck;
use crate::client::failure_limit::ReservedFailures;
use crate::grant::scope::CredentialRights;
use crate::model::{Account, CallerAddress, Credential, CredentialState, LastUse, Restriction, Timestamp};
use crate::refusal::reason::{ClientFault, EndedSecret, NetworkRestrictedSecret, Refusal};
use crate::secrets::hash::HashCost;
use crate::secrets::verified::SecretDigest;
use crate::store::SecretUse;

/// An account that has authenticated. Only [`AuthorizationServer::authenticate`] creates one.
#[derive(Debug, Clone)]
pub struct AuthenticatedAccount {
    account: Arc<Account>,
    credential_expires_at: Option<Timestamp>,
    restriction: Restriction,
}

impl AuthenticatedAccount {
    /// The account that the secret belongs to.
    #[must_use]
    pub fn account(&self) -> &Account {
        &self.account
    }

    /// The earlier expiry of account and credential. No token is valid for longer.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        earliest_expiry(&self.account, self.credential_expires_at)
    }

    /// What the account may request. The secret may restrict it further.
    pub(crate) fn rights(&self) -> CredentialRights<'_> {
        CredentialRights { account: &self.account, restriction: &self.restriction }
    }
}

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
        let authenticated = self.authenticate_pair(presented_pair(presented)?, from).await?;
        // Only after authentication: a read that only some accounts cause would reveal which ids exist.
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
                if verified.is_first_use_in_minute(now) {
                    self.uses.record(secret_use(account, credential, from, now));
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
                self.uses.record(secret_use(account, credential, from, now));
                return Ok(admitted);
            }
        }
        let checks = self.hash_checks(&candidates.found, now);
        if checks.is_empty() {
            let _counted = self.reserve_failures(&[&pair.client_id], from)?;
            return Err(candidates.fault().into());
        }
        self.authenticate_by_hash(&checks, from, now).await?.ok_or_else(|| candidates.fault().into())
    }

    /// Whether a secret whose lookup matched belongs to the credential. This is never rate limited: the lookup already
    /// proves that the caller has the secret.
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

    /// The account whose imported secret matches one of the hash checks, if any. Of many identical requests at the same
    /// time one is hashed and the others wait for it, so that identical requests with a correct secret are not rate
    /// limited.
    async fn authenticate_by_hash(
        &self,
        checks: &[HashCheck<'_>],
        from: CallerAddress,
        now: Timestamp,
    ) -> Result<Option<AuthenticatedAccount>, Refusal> {
        let Some(first) = checks.first() else { return Ok(None) };
        let mut reserved = None;
        let hash = self.run_hash_checks(checks, from, &mut reserved);
        let Some(right) = self.verified.verify(first.digest, hash).await? else { return Ok(None) };
        let Some(check) = checks.iter().find(|check| check.digest == right) else { return Ok(None) };
        let Some((account, credential)) = check.candidate.credential(now) else { return Ok(None) };
        let admitted = match reserved {
            None => self.admit_unlimited((account, credential), check.candidate.secret, from, now)?,
            Some(reserved) => {
                let admitted = self.admit_with((account, credential), check.candidate.secret, from, now)?;
                self.failures.refund(reserved);
                admitted
            }
        };
        self.uses.record(secret_use(account, credential, from, now));
        Ok(Some(admitted))
    }

    /// Hashes until one check matches. The failures are reserved first and left in `reserved`. If the pool is full, the
    /// failures of checks that were not hashed are refunded. If the caller disconnects, the failures stay counted: the
    /// hash still runs, and disconnecting must not make guesses free.
    async fn run_hash_checks(
        &self,
        checks: &[HashCheck<'_>],
        from: CallerAddress,
        reserved: &mut Option<ReservedFailures>,
    ) -> Result<Option<SecretDigest>, Refusal> {
        // An identical request that this one waited for may have verified the second check.
        let known = checks.iter().skip(1).find(|check| self.verified.find(&check.digest).is_some());
        if let Some(known) = known {
            return Ok(Some(known.digest));
        }
        let client_ids: Vec<&str> = checks.iter().map(|check| check.candidate.client_id).collect();
        let failures = self.reserve_failures(&client_ids, from)?;
        for (made, check) in checks.iter().enumerate() {
            let secret = check.candidate.secret.expose();
            match self.hashes.matches(check.hash, HashCost::Heavy, secret, from.network()).await {
                Ok(true) => {
                    *reserved = Some(failures);
                    return Ok(Some(check.digest));
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

    /// The secret is known to be correct, so the caller is not rate limited, even if it is refused for another reason.
    /// A refusal is still counted as a failure.
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

    /// The secret is correct. If its hash was made by another server, the secret is queued to be rehashed.
    fn admit_with(
        &self,
        (account, credential): (&Arc<Account>, &Credential),
        secret: &PresentedSecret,
        from: CallerAddress,
        now: Timestamp,
    ) -> Result<AuthenticatedAccount, Refusal> {
        let admitted = admit(account, credential, from, now)?;
        self.queue_rehash(account, credential, secret.expose());
        Ok(admitted)
    }
}

fn presented_pair(presented: &PresentedClient) -> Result<&PresentedPair, ClientFault> {
    match presented {
        PresentedClient::Secret(pair) => Ok(pair),
        PresentedClient::NoCredentials => Err(ClientFault::NoCredentials),
        PresentedClient::Incomplete { missing } => Err(ClientFault::Incomplete(missing)),
        PresentedClient::Assertion(_) => Err(ClientFault::UnsupportedMethod),
        PresentedClient::Unusable(problem) => Err(ClientFault::Unusable(*problem)),
    }
}

/// The secret is correct. Checks that the secret, its account and its tenant are active and may be used from this
/// address.
fn admit(
    account: &Arc<Account>,
    credential: &Credential,
    from: CallerAddress,
    now: Timestamp,
) -> Result<AuthenticatedAccount, Refusal> {
    check_credential(credential, now)?;
    check_account(account, Some(from), now)?;
    check_secret_networks(credential, from)?;
    Ok(AuthenticatedAccount {
        account: Arc::clone(account),
        credential_expires_at: credential.expires_at,
        restriction: credential.restriction.clone(),
    })
}

/// Whether the credential's own network restriction allows `address`.
pub(crate) fn check_secret_networks(
    credential: &Credential,
    address: CallerAddress,
) -> Result<(), ClientFault> {
    if credential.restriction.admits_address(address) {
        return Ok(());
    }
    let allowed = credential.restriction.allow_cidr.clone();
    Err(ClientFault::AddressNotAllowedForSecret(Box::new(NetworkRestrictedSecret {
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
        CredentialState::Active => Ok(()),
        CredentialState::Expired => Err(ClientFault::ExpiredSecret(ended(credential.expires_at))),
        CredentialState::Revoked => Err(ClientFault::RevokedSecret(ended(credential.revoked_at))),
    }
}

/// Whether account and tenant may get tokens at `now`, for a call from `from` if that is known.
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

/// The earlier expiry of account and credential.
pub(crate) fn earliest_expiry(
    account: &Account,
    credential_expires_at: Option<Timestamp>,
) -> Option<Timestamp> {
    account.expires_at.into_iter().chain(credential_expires_at).min()
}

fn secret_use(account: &Account, credential: &Credential, from: CallerAddress, now: Timestamp) -> SecretUse {
    SecretUse {
        client_id: account.client_id.clone(),
        credential: credential.id.clone(),
        last_use: LastUse { at: now, from },
    }
}
