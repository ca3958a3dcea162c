//! Decides who is calling (RFC 6749 §2.3, §3.2.1): a client id and a secret become an [`AuthenticatedAccount`].
//!
//! The order is from cheap to dear, and nothing dear is done for nobody: region, shape of the secret, lookup, memory of
//! verified secrets, failure limit, hash. Whoever has no right secret gets one answer, whatever the reason.

use std::sync::Arc;

use jeton_protocol::{ClientId, PresentedClient, PresentedPair, PresentedSecret, SecretShape};

use crate::authorization_server::AuthorizationServer;
use crate::model::{
    Account, CallerAddress, Credential, CredentialState, LastUse, Restriction, SecretLookup, Timestamp,
};
use crate::refusal::{ClientFault, EndedSecret, NarrowSecret, Refusal};
use crate::scope_policy::Reach;
use crate::secret_hash::{HashCost, SecretHash};
use crate::store::SecretUse;

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
        let pair = usable(presented)?;
        let authenticated = self.authenticate_pair(pair, from).await;
        if let Err(Refusal::Client(_)) = &authenticated {
            self.failures.record(&pair.client_id, from, self.clock.monotonic());
        }
        authenticated
    }

    async fn authenticate_pair(
        &self,
        pair: &PresentedPair,
        from: CallerAddress,
    ) -> Result<AuthenticatedAccount, Refusal> {
        let now = self.clock.now();
        let decoded = self.candidate(&pair.client_id, &pair.secret).await;
        // Some clients send Basic without form-encoding it first; only an imported secret can tell the difference.
        let raw = match &pair.undecoded {
            Some(raw) if raw.secret.shape() == SecretShape::Other => {
                Some(self.candidate(&raw.client_id, &raw.secret).await)
            }
            Some(_) | None => None,
        };
        let candidates = [Some(decoded), raw];
        // Whoever was verified before is neither limited nor hashed again, whichever of the two it is.
        for candidate in candidates.iter().flatten().flatten() {
            if let Some((account, credential)) = candidate.credential(now)
                && let Some(verified) =
                    self.verified.find(&self.verified.digest(credential, candidate.secret.expose()))
            {
                let admitted = self.admit_with((account, credential), candidate.secret, from, now)?;
                if verified.begins_minute(now) {
                    self.uses.note(used(account, credential, from, now));
                }
                return Ok(admitted);
            }
        }
        let limit = || self.refuse_limited(&pair.client_id, from);
        limit()?;
        // The decoded pair comes last: its fault is the one to be told.
        let mut refusal = Refusal::Client(ClientFault::WrongSecret);
        for candidate in candidates.into_iter().rev().flatten() {
            match candidate {
                Err(Refusal::Client(fault)) => refusal = fault.into(),
                Err(other) => return Err(other),
                Ok(candidate) if self.verify(&candidate, now, limit).await? => {
                    let Some((account, credential)) = candidate.credential(now) else { continue };
                    let admitted = self.admit_with((account, credential), candidate.secret, from, now)?;
                    self.uses.note(used(account, credential, from, now));
                    return Ok(admitted);
                }
                Ok(candidate) => refusal = candidate.fault().into(),
            }
        }
        Err(refusal)
    }

    /// What the pair could be, found out without a hash. A mistyped secret touches not even the store.
    async fn candidate<'a>(
        &self,
        client_id: &'a str,
        secret: &'a PresentedSecret,
    ) -> Result<Candidate<'a>, Refusal> {
        let id: ClientId = client_id.parse().map_err(|_| ClientFault::MalformedId)?;
        self.refuse_other_region(&id).await?;
        let lookup = match secret.shape() {
            SecretShape::Broken => return Err(ClientFault::BrokenSecret.into()),
            SecretShape::Generated => Some(self.indexer.presented_lookup(secret)),
            SecretShape::Other => None,
        };
        let account = self.directory.account(&id).await?;
        Ok(Candidate { client_id, secret, lookup, account })
    }

    /// An id that another configured region made, and that nobody brought here, is told where to go. The tag is in the
    /// id, so nothing leaks.
    async fn refuse_other_region(&self, id: &ClientId) -> Result<(), Refusal> {
        let Some((region, token_endpoint)) = self.settings.home_of(id) else { return Ok(()) };
        if self.directory.account(id).await?.is_some() {
            return Ok(());
        }
        Err(Refusal::WrongRegion { region, token_endpoint: token_endpoint.to_owned() })
    }

    fn refuse_limited(&self, client_id: &str, from: CallerAddress) -> Result<(), Refusal> {
        match self.failures.wait(client_id, from, self.clock.monotonic()) {
            Some(retry_after) => Err(Refusal::Limited { retry_after }),
            None => Ok(()),
        }
    }

    /// Whether the secret is the candidate's, by a hash. `limit` is asked again before the hash: many copies of a wrong
    /// secret at once wait for each other, and the limit ends their row.
    ///
    /// A string that may be an imported secret costs a heavy hash also where there is nothing to compare it with, else
    /// the time would tell which ids exist. Where nobody has an imported secret, nobody needs the pretence.
    async fn verify(
        &self,
        candidate: &Candidate<'_>,
        now: Timestamp,
        limit: impl Fn() -> Result<(), Refusal>,
    ) -> Result<bool, Refusal> {
        let secret = candidate.secret.expose();
        let cost = if candidate.lookup.is_some() { HashCost::Light } else { HashCost::Heavy };
        let (digest, hash) = match candidate.credential(now) {
            Some((_, credential)) => (self.verified.digest(credential, secret), &credential.hash),
            None if cost == HashCost::Heavy && self.directory.catalog().holds_imported_secrets => {
                (self.verified.digest_for_nobody(candidate.client_id, secret), SecretHash::unmatchable())
            }
            None => return Ok(false),
        };
        let check = async {
            limit()?;
            Ok(self.hashes.matches(hash, cost, secret).await?)
        };
        self.verified.verify(&digest, check).await
    }

    /// The secret is right. Where its hash is another server's, it is kept a moment to be hashed anew.
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

/// An id and a secret with what is known of them before any hash.
struct Candidate<'a> {
    client_id: &'a str,
    secret: &'a PresentedSecret,
    /// Of a secret of our own form; nothing for a string that could only be an imported one.
    lookup: Option<SecretLookup>,
    account: Option<Arc<Account>>,
}

impl Candidate<'_> {
    /// The one credential that the secret can be.
    fn credential(&self, now: Timestamp) -> Option<(&Arc<Account>, &Credential)> {
        let account = self.account.as_ref()?;
        let credential = match &self.lookup {
            Some(lookup) => account.generated_credential(lookup),
            None => account.imported_credential(now),
        };
        Some((account, credential?))
    }

    fn fault(&self) -> ClientFault {
        if self.account.is_some() { ClientFault::WrongSecret } else { ClientFault::UnknownClient }
    }
}

fn usable(presented: &PresentedClient) -> Result<&PresentedPair, ClientFault> {
    match presented {
        PresentedClient::Secret(pair) => Ok(pair),
        PresentedClient::Nothing => Err(ClientFault::NothingPresented),
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
