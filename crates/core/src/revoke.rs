//! Takes a token back (RFC 7009): the caller's own, or as an administrator any.
//!
//! What is not durable was not revoked: a write that failed, or whose outcome nobody knows, is never a success.

use jeton_protocol::{ClientId, RevocationRequest};
use serde_json::json;

use crate::authorization_server::AuthorizationServer;
use crate::directory::LiveCatalog;
use crate::keys::CLOCK_SKEW;
use crate::model::{CallerAddress, Revocation, Timestamp};
use crate::refusal::{Refusal, Unavailable};
use crate::store::{Action, AuditEntry, StoreError, Subject};
use crate::store_writes::StoreWrite;
use crate::verify_token::{TokenFault, VerifiedToken, verify_token};

/// A revocation request that was obeyed; the caller is told nothing more.
#[derive(Debug)]
pub struct RevocationOutcome {
    /// Who asked.
    pub caller: ClientId,
    /// Why there was nothing to take back, where that is so: for the operator.
    pub fault: Option<TokenFault>,
}

/// What an administrator is told of a token of this region.
#[derive(Debug)]
pub struct RevokedToken {
    /// Which token, whose, and until when it would have lived.
    pub revocation: Revocation,
    /// Why the token was already inactive; then nothing was written.
    pub already_inactive: Option<TokenFault>,
}

impl AuthorizationServer {
    /// Answers a revocation request that came from `from`. Once it has, this node calls the token inactive, and the
    /// others do within a second.
    ///
    /// # Errors
    /// A [`Refusal`] when the caller does not authenticate, when the token is another account's and alive, or when the
    /// store cannot tell or cannot write.
    pub async fn revoke(
        &self,
        request: &RevocationRequest,
        from: CallerAddress,
    ) -> Result<RevocationOutcome, Refusal> {
        self.directory.ensure_fresh()?;
        let caller = self.authenticate(&request.client, from).await?;
        let caller = caller.account().client_id.clone();
        let catalog = self.directory.catalog();
        let verified = match self.verify_unseen(&catalog, &caller, request.token.expose())? {
            Ok(verified) => verified,
            Err(fault) => return Ok(RevocationOutcome { caller, fault: Some(fault) }),
        };
        let fault = match self.revocation_of(&catalog, &verified).await? {
            Err(fault) => Some(fault),
            Ok((revocation, None)) if revocation.client_id != caller => return Err(Refusal::ForeignToken),
            Ok((revocation, dead)) if revocation.client_id == caller && self.may_live(dead.as_ref()) => {
                self.add_own_revocation(&revocation, &caller).await?;
                dead
            }
            Ok((_, dead)) => dead,
        };
        Ok(RevocationOutcome { caller, fault })
    }

    /// Takes back a token of any account, for administrators, who hold the store itself; `actor` is written down.
    /// The inner error says why it is no token of this region.
    ///
    /// # Errors
    /// [`Unavailable`] when the store cannot tell or cannot write.
    pub async fn revoke_as_administrator(
        &self,
        token: &str,
        actor: String,
    ) -> Result<Result<RevokedToken, TokenFault>, Unavailable> {
        let catalog = self.directory.catalog();
        let verified = match verify_token(&catalog.keys, &self.settings, token) {
            Ok(verified) => verified,
            Err(fault) => return Ok(Err(fault)),
        };
        let (revocation, dead) = match self.revocation_of(&catalog, &verified).await? {
            Ok(found) => found,
            Err(fault) => return Ok(Err(fault)),
        };
        let already_inactive = dead.filter(|fault| !self.may_live(Some(fault)));
        if already_inactive.is_none() {
            self.add_revocation(&revocation, actor).await?;
        }
        Ok(Ok(RevokedToken { revocation, already_inactive }))
    }

    /// Forgets the revocations of tokens that are long past their expiry, here and in the store, and says how many the
    /// store held.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer. The next call tries again.
    pub async fn forget_expired_revocations(&self) -> Result<u64, StoreError> {
        let now = self.clock.now();
        let done = self.directory.revoked_tokens().forget_expired(now).await;
        self.writes.note(StoreWrite::Pruning, &done, now);
        done
    }

    /// What would be written to take the token back, and why it is dead if it is. The inner error says why it is no
    /// token of this region.
    async fn revocation_of(
        &self,
        catalog: &LiveCatalog,
        verified: &VerifiedToken,
    ) -> Result<Result<(Revocation, Option<TokenFault>), TokenFault>, Unavailable> {
        let dead = match self.judge(catalog, verified).await? {
            Err(fault @ (TokenFault::Malformed | TokenFault::UnknownKey | TokenFault::OtherIssuer)) => {
                return Ok(Err(fault));
            }
            judged => judged.err(),
        };
        let claims = &verified.claims;
        let revocation = Revocation {
            token: verified.id,
            client_id: claims.client_id.clone(),
            audience: claims.aud.parse().ok(),
            expires_at: Timestamp::from_unix(claims.exp),
            revoked_at: self.clock.now(),
        };
        Ok(Ok((revocation, dead)))
    }

    /// Whether a token may be alive for somebody although it is dead here and now: another node's clock may be behind,
    /// and an account that is not admitted may be again.
    fn may_live(&self, dead: Option<&TokenFault>) -> bool {
        match dead {
            None | Some(TokenFault::AccountNotAdmitted) => true,
            Some(TokenFault::Expired(at)) => at.after(CLOCK_SKEW) > self.clock.now(),
            Some(_) => false,
        }
    }

    /// Of one caller only so many in a second, since each is a durable write, and all others wait for it.
    async fn add_own_revocation(&self, revocation: &Revocation, caller: &ClientId) -> Result<(), Refusal> {
        let now = self.clock.monotonic();
        self.revocations
            .reserve(caller.as_str(), 1, now)
            .map_err(|retry_after| Refusal::TooManyRevocations { retry_after })?;
        let done = self.add_revocation(revocation, format!("client:{caller}")).await;
        self.writes.note(StoreWrite::ClientRevocation, &done, self.clock.now());
        Ok(done?)
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
