//! Revokes a token (RFC 7009): a caller's own token, or any token for an administrator.
//!
//! A token is revoked only when the write is durable. A write that failed, or whose result is unknown, is never
//! reported as a success.

use std::sync::Arc;

use jeton_protocol::{ClientId, RevocationRequest};
use serde_json::json;

use crate::client::authenticate::Authenticator;
use crate::clock::Clock;
use crate::keys::CLOCK_SKEW;
use crate::memory::catalog::CachedCatalog;
use crate::memory::directory::Directory;
use crate::model::{CallerAddress, Revocation, Timestamp};
use crate::node::store_writes::{StoreWrite, StoreWrites};
use crate::refusal::{Refusal, Unavailable};
use crate::settings::Settings;
use crate::store::{Action, AuditEntry, StoreError, Subject};
use crate::token::check::TokenChecker;
use crate::token::revocation_limit::RevocationLimit;
use crate::token::verify::{TokenFault, VerifiedToken, verify_token};

/// The result of a successful revocation request. The caller gets no details.
#[derive(Debug)]
pub struct RevocationOutcome {
    /// The account that sent the request.
    pub caller: ClientId,
    /// Why there was no active token to revoke, if that is so. For the operator.
    pub fault: Option<TokenFault>,
}

/// The result of a revocation by an administrator.
#[derive(Debug)]
pub struct RevokedToken {
    /// The token, its account, and when it would have expired.
    pub revocation: Revocation,
    /// Why the token was inactive already, if so. In that case no revocation was written.
    pub already_inactive: Option<TokenFault>,
}

/// Answers revocation requests.
#[derive(Debug)]
pub(crate) struct Revoker {
    pub(crate) settings: Arc<Settings>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) authenticator: Arc<Authenticator>,
    pub(crate) checker: Arc<TokenChecker>,
    pub(crate) limit: RevocationLimit,
    pub(crate) writes: Arc<StoreWrites>,
}

impl Revoker {
    /// Answers a revocation request that came from `from`. After this call the token is inactive on this node, and
    /// within a second on all other nodes.
    ///
    /// # Errors
    /// A [`Refusal`] when the caller does not authenticate, when the token is active and belongs to another account, or
    /// when the store cannot be read or written.
    pub(crate) async fn revoke(
        &self,
        request: &RevocationRequest,
        from: CallerAddress,
    ) -> Result<RevocationOutcome, Refusal> {
        self.directory.ensure_fresh()?;
        let caller = self.authenticator.authenticate(&request.client, from).await?;
        let caller = caller.account().client_id.clone();
        let catalog = self.directory.catalog();
        let verified = match self.checker.verify_unseen(&catalog, &caller, request.token.expose())? {
            Ok(verified) => verified,
            Err(fault) => return Ok(RevocationOutcome { caller, fault: Some(fault) }),
        };
        let fault = match self.revocation_of(&catalog, &verified).await? {
            Err(fault) => Some(fault),
            Ok((revocation, None)) if revocation.client_id != caller => return Err(Refusal::ForeignToken),
            Ok((revocation, inactive))
                if revocation.client_id == caller && self.may_be_active_elsewhere(inactive.as_ref()) =>
            {
                self.add_own_revocation(&revocation, &caller).await?;
                inactive
            }
            Ok((_, inactive)) => inactive,
        };
        Ok(RevocationOutcome { caller, fault })
    }

    /// Revokes a token of any account, for administrators, who have access to the store itself. `actor` is recorded in
    /// the audit log. The inner error says why it is not a token of this region.
    ///
    /// # Errors
    /// [`Unavailable`] when the store cannot be read or written.
    pub(crate) async fn revoke_as_administrator(
        &self,
        token: &str,
        actor: String,
    ) -> Result<Result<RevokedToken, TokenFault>, Unavailable> {
        let catalog = self.directory.catalog();
        let verified = match verify_token(&catalog.keys, &self.settings, token) {
            Ok(verified) => verified,
            Err(fault) => return Ok(Err(fault)),
        };
        let (revocation, inactive) = match self.revocation_of(&catalog, &verified).await? {
            Ok(found) => found,
            Err(fault) => return Ok(Err(fault)),
        };
        let already_inactive = inactive.filter(|fault| !self.may_be_active_elsewhere(Some(fault)));
        if already_inactive.is_none() {
            self.add_revocation(&revocation, actor).await?;
        }
        Ok(Ok(RevokedToken { revocation, already_inactive }))
    }

    /// Removes the revocations of tokens that expired long ago, from the cache and from the store. Returns how many
    /// were removed from the store.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer. The next call retries.
    pub(crate) async fn remove_expired_revocations(&self) -> Result<u64, StoreError> {
        let now = self.clock.now();
        let result = self.directory.revoked_tokens().remove_expired(now).await;
        self.writes.record(StoreWrite::Pruning, &result, now);
        result
    }

    /// The revocation to write for the token, and why the token is inactive, if it is. The inner error says why it is
    /// not a token of this region.
    async fn revocation_of(
        &self,
        catalog: &CachedCatalog,
        verified: &VerifiedToken,
    ) -> Result<Result<(Revocation, Option<TokenFault>), TokenFault>, Unavailable> {
        let inactive = match self.checker.check_active(catalog, verified).await? {
            Err(fault @ (TokenFault::Malformed | TokenFault::UnknownKey | TokenFault::OtherIssuer)) => {
                return Ok(Err(fault));
            }
            checked => checked.err(),
        };
        let claims = &verified.claims;
        let revocation = Revocation {
            token: verified.id,
            client_id: claims.client_id.clone(),
            audience: claims.aud.parse().ok(),
            expires_at: Timestamp::from_unix(claims.exp),
            revoked_at: self.clock.now(),
        };
        Ok(Ok((revocation, inactive)))
    }

    /// Whether a token that is inactive on this node now may be active on another node or later: the clock of another
    /// node may be behind, and a disabled account may be enabled again.
    fn may_be_active_elsewhere(&self, inactive: Option<&TokenFault>) -> bool {
        match inactive {
            None | Some(TokenFault::AccountNotAdmitted) => true,
            Some(TokenFault::Expired(at)) => at.after(CLOCK_SKEW) > self.clock.now(),
            Some(_) => false,
        }
    }

    /// Limited per caller and second, because each revocation is a durable write that other writes wait for.
    async fn add_own_revocation(&self, revocation: &Revocation, caller: &ClientId) -> Result<(), Refusal> {
        let now = self.clock.monotonic();
        self.limit.reserve(caller, now).map_err(|retry_after| Refusal::TooManyRevocations { retry_after })?;
        let result = self.add_revocation(revocation, format!("client:{caller}")).await;
        self.writes.record(StoreWrite::ClientRevocation, &result, self.clock.now());
        Ok(result?)
    }

    async fn add_revocation(&self, revocation: &Revocation, actor: String) -> Result<(), StoreError> {
        let Revocation { token, client_id, audience: _, expires_at, revoked_at } = revocation;
        let audit = AuditEntry {
            at: *revoked_at,
            actor,
            action: Action::RevokeToken,
            subject: Subject::Token(*token),
            before: None,
            after: Some(json!({ "client_id": client_id, "expires_at": expires_at })),
        };
        self.directory.revoked_tokens().add(revocation, &audit).await
    }
}
