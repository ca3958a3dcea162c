//! Says what a token is worth (RFC 7662), to a caller that may know.
//!
//! The caller is authenticated before the token is looked at. A token that is not alive, not ours or not for this
//! caller's eyes is inactive, without a reason.

use std::sync::Arc;

use jeton_protocol::{AccessTokenClaims, ActiveToken, ClientId, IntrospectionRequest, IntrospectionResponse};

use crate::authorization_server::AuthorizationServer;
use crate::directory::LiveCatalog;
use crate::garbage_limit::Work;
use crate::model::{Account, CallerAddress, Timestamp};
use crate::refusal::{Refusal, Unavailable};
use crate::verify_token::{RecognisedToken, TokenFault, VerifiedToken, verify_token};

/// What was asked by whom, and the answer.
#[derive(Debug)]
pub struct Introspection {
    /// Who asked.
    pub caller: ClientId,
    /// What they are told.
    pub response: IntrospectionResponse,
    /// Why the token is inactive: for the operator, never for the caller.
    pub fault: Option<TokenFault>,
}

/// What an administrator is told of a token.
#[derive(Debug)]
pub struct Inspection {
    /// What it says, where a key of ours made it; also of a dead one.
    pub claims: Option<AccessTokenClaims>,
    /// What it is worth, or why nothing.
    pub judgement: Result<ActiveToken, TokenFault>,
}

impl AuthorizationServer {
    /// Answers an introspection request that came from `from`.
    ///
    /// # Errors
    /// A [`Refusal`] when the caller does not authenticate, has shown too much garbage for this token to be looked at,
    /// or the store cannot tell about the token's account.
    pub async fn introspect(
        &self,
        request: &IntrospectionRequest,
        from: CallerAddress,
    ) -> Result<Introspection, Refusal> {
        self.directory.ensure_fresh()?;
        let caller = self.authenticate(&request.client, from).await?;
        let caller = caller.account();
        let (response, fault) = match self.introspect_for(caller, request.token.expose()).await? {
            Ok(token) => (IntrospectionResponse::Active(Box::new(token)), None),
            Err(fault) => (IntrospectionResponse::Inactive, Some(fault)),
        };
        Ok(Introspection { caller: caller.client_id.clone(), response, fault })
    }

    /// What anyone with every right would be told of `token`: for administrators, who hold the store itself.
    ///
    /// # Errors
    /// [`Unavailable`] when the store cannot tell about the token's account.
    pub async fn introspect_as_administrator(
        &self,
        token: &str,
    ) -> Result<Result<ActiveToken, TokenFault>, Unavailable> {
        Ok(self.inspect(token).await?.judgement)
    }

    /// All that can be known of `token`, dead or alive: for administrators, who hold the keys themselves.
    ///
    /// # Errors
    /// [`Unavailable`] when the store cannot tell about the token's account.
    pub async fn inspect(&self, token: &str) -> Result<Inspection, Unavailable> {
        let catalog = self.directory.catalog();
        let verified = match verify_token(&catalog.keys, &self.settings, token) {
            Ok(verified) => verified,
            Err(fault) => return Ok(Inspection { claims: None, judgement: Err(fault) }),
        };
        let judged = self.judge(&catalog, &verified).await?;
        let judgement = judged.map(|()| active(&verified.claims));
        Ok(Inspection { claims: Some(verified.claims), judgement })
    }

    /// What `caller` is told of `token`.
    async fn introspect_for(
        &self,
        caller: &Account,
        token: &str,
    ) -> Result<Result<ActiveToken, TokenFault>, Refusal> {
        let catalog = self.directory.catalog();
        let sight = self.introspected.sight(&caller.client_id, token);
        let verified = match self.introspected.find(&sight) {
            Some(known) => known,
            None => match self.verify_unseen(&catalog, &caller.client_id, token)? {
                Ok(verified) => {
                    let verified = Arc::new(verified);
                    self.introspected.remember(sight, &verified);
                    verified
                }
                Err(fault) => return Ok(Err(fault)),
            },
        };
        if !may_see(caller, &verified.claims) {
            return Ok(Err(TokenFault::NotForThisCaller));
        }
        let judged = self.judge(&catalog, &verified).await?;
        Ok(judged.map(|()| active(&verified.claims)))
    }

    /// Verifies a token that `caller` has not shown before, unless it showed too much garbage of the same kind.
    pub(crate) fn verify_unseen(
        &self,
        catalog: &LiveCatalog,
        caller: &ClientId,
        token: &str,
    ) -> Result<Result<VerifiedToken, TokenFault>, Refusal> {
        let recognised = RecognisedToken::of(&catalog.keys, token);
        let work = recognised.as_ref().map_or(Work::None, RecognisedToken::work);
        let now = self.clock.monotonic();
        if let Some(retry_after) = self.garbage.wait(caller, work, now) {
            return Err(Refusal::TooMuchGarbage { retry_after });
        }
        let verified = recognised.and_then(|token| token.verify(&self.settings));
        if verified.is_err() {
            self.garbage.record(caller, work, now);
        }
        Ok(verified)
    }

    /// Judged at each sight, whatever was remembered: key, issuer, time, revocation, account, tenant, and the three
    /// epochs.
    pub(crate) async fn judge(
        &self,
        catalog: &LiveCatalog,
        verified: &VerifiedToken,
    ) -> Result<Result<(), TokenFault>, Unavailable> {
        let claims = &verified.claims;
        let now = self.clock.now();
        if !catalog.keys.trusts(&verified.made_by) {
            return Ok(Err(TokenFault::UnknownKey));
        }
        if claims.iss != self.settings.issuer || claims.region != self.settings.region {
            return Ok(Err(TokenFault::OtherIssuer));
        }
        if claims.exp <= now.unix() {
            return Ok(Err(TokenFault::Expired(Timestamp::from_unix(claims.exp))));
        }
        if self.directory.revoked_tokens().contains(&verified.id) {
            return Ok(Err(TokenFault::Revoked));
        }
        let Some(account) = self.directory.account(&claims.client_id).await? else {
            return Ok(Err(TokenFault::UnknownAccount));
        };
        let current = account.epochs(catalog.region_epoch);
        Ok(match account.is_admitted(now) {
            false => Err(TokenFault::AccountNotAdmitted),
            true if claims.epoch.is_older_than(current) => Err(TokenFault::EpochRaised),
            true => Ok(()),
        })
    }
}

/// Its own token, or one for a resource whose tokens the caller may introspect.
fn may_see(caller: &Account, claims: &AccessTokenClaims) -> bool {
    caller.client_id == claims.client_id || caller.introspects.iter().any(|uri| uri.matches(&claims.aud))
}

fn active(claims: &AccessTokenClaims) -> ActiveToken {
    ActiveToken {
        iss: claims.iss.clone(),
        aud: claims.aud.clone(),
        sub: claims.sub.clone(),
        client_id: claims.client_id.clone(),
        scope: claims.scope.clone(),
        token_type: "Bearer".to_owned(),
        iat: claims.iat,
        exp: claims.exp,
        jti: claims.jti.clone(),
        tenant: claims.tenant.clone(),
        region: claims.region.clone(),
    }
}
