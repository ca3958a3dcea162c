//! Decides who is calling (RFC 6749 §2.3, §3.2.1): a client id and a secret become an [`AuthenticatedAccount`].
//!
//! The order is from cheap to dear, and nothing dear is done for nobody: region, shape of the secret, lookup, memory of
//! verified secrets, failure limit, hash. Whoever has no right secret gets one answer, whatever the reason.

use std::net::IpAddr;
use std::sync::Arc;

use jeton_protocol::{ClientId, PresentedClient, PresentedPair, PresentedSecret, SecretShape};

use crate::authorization_server::AuthorizationServer;
use crate::hash_pool::HashPoolFull;
use crate::model::{Account, Credential, CredentialState, Timestamp};
use crate::refusal::{ClientFault, Refusal};
use crate::secret_hash::{HashCost, SecretHash};

/// An account that has proved who it is. Only [`AuthorizationServer::authenticate`] makes one.
#[derive(Debug, Clone)]
pub struct AuthenticatedAccount {
    account: Arc<Account>,
    credential_expires_at: Option<Timestamp>,
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
        self.account.expires_at.into_iter().chain(self.credential_expires_at).min()
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
        from: IpAddr,
    ) -> Result<AuthenticatedAccount, Refusal> {
        let pair = usable(presented)?;
        let mut attempt = self.attempt(&pair.client_id, &pair.secret, from).await;
        // Some clients send Basic without form-encoding it first; only an imported secret can tell the difference.
        if let (Err(Refusal::Client(_)), Some(raw)) = (&attempt, &pair.undecoded)
            && raw.secret.shape() == SecretShape::Other
        {
            attempt = self.attempt(&raw.client_id, &raw.secret, from).await;
        }
        if let Err(Refusal::Client(_)) = &attempt {
            self.failures.record(&pair.client_id, from, self.clock.monotonic());
        }
        attempt
    }

    async fn attempt(
        &self,
        client_id: &str,
        secret: &PresentedSecret,
        from: IpAddr,
    ) -> Result<AuthenticatedAccount, Refusal> {
        let id: ClientId = client_id.parse().map_err(|_| ClientFault::MalformedId)?;
        self.refuse_other_region(&id).await?;
        let shape = secret.shape();
        if shape == SecretShape::Broken {
            self.refuse_limited(&id, from)?;
            return Err(ClientFault::BrokenSecret.into());
        }
        let now = self.clock.now();
        let lookup = self.indexer.presented_lookup(secret);
        let account = self.directory.account(&id).await?;
        let credential = account.as_ref().and_then(|account| match shape {
            SecretShape::Generated => account.generated_credential(&lookup),
            SecretShape::Broken | SecretShape::Other => account.imported_credential(now),
        });
        let (Some(account), Some(credential)) = (&account, credential) else {
            self.refuse_limited(&id, from)?;
            self.spend_what_a_check_costs(shape, secret).await?;
            let fault = if account.is_some() { ClientFault::WrongSecret } else { ClientFault::UnknownClient };
            return Err(fault.into());
        };
        if !self.verified.contains(credential, secret.expose()) {
            self.refuse_limited(&id, from)?;
            if !self.verify(credential, shape, secret).await? {
                return Err(ClientFault::WrongSecret.into());
            }
        }
        admit(account, credential, from, now)?;
        Ok(AuthenticatedAccount {
            account: Arc::clone(account),
            credential_expires_at: credential.expires_at,
        })
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

    fn refuse_limited(&self, id: &ClientId, from: IpAddr) -> Result<(), Refusal> {
        match self.failures.wait(id.as_str(), from, self.clock.monotonic()) {
            Some(retry_after) => Err(Refusal::Limited { retry_after }),
            None => Ok(()),
        }
    }

    async fn verify(
        &self,
        credential: &Credential,
        shape: SecretShape,
        secret: &PresentedSecret,
    ) -> Result<bool, HashPoolFull> {
        let cost = if shape == SecretShape::Generated { HashCost::Light } else { HashCost::Heavy };
        let check = self.hashes.matches(&credential.hash, cost, secret.expose());
        self.verified.verify(credential, secret.expose(), check).await
    }

    /// A secret that may be an imported one costs a heavy hash also where there is nothing to compare it with, else the
    /// time would tell which ids exist. Where nobody has an imported secret, nobody needs the pretence.
    async fn spend_what_a_check_costs(
        &self,
        shape: SecretShape,
        secret: &PresentedSecret,
    ) -> Result<(), HashPoolFull> {
        if shape == SecretShape::Other && self.directory.catalog().holds_imported_secrets {
            self.hashes.matches(SecretHash::unmatchable(), HashCost::Heavy, secret.expose()).await?;
        }
        Ok(())
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
    account: &Account,
    credential: &Credential,
    from: IpAddr,
    now: Timestamp,
) -> Result<(), ClientFault> {
    match credential.state(now) {
        CredentialState::Live => {}
        CredentialState::Expired => return Err(ClientFault::ExpiredSecret(credential.id.to_string())),
        CredentialState::Revoked => return Err(ClientFault::RevokedSecret(credential.id.to_string())),
    }
    if !account.enabled {
        return Err(ClientFault::DisabledAccount);
    }
    if account.is_expired(now) {
        return Err(ClientFault::ExpiredAccount);
    }
    if !account.tenant.enabled {
        return Err(ClientFault::DisabledTenant);
    }
    if !account.tenant.accounts_allowed {
        return Err(ClientFault::BarredTenant);
    }
    if !account.admits_address(from.to_canonical()) {
        return Err(ClientFault::AddressNotAllowed);
    }
    Ok(())
}
