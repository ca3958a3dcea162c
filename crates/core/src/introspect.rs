//! Says what a token is worth (RFC 7662), to a caller that may know.
//!
//! The caller is authenticated before the token is looked at. A token that is not alive, not ours or not for this
//! caller's eyes is inactive, without a reason.

use std::net::IpAddr;

use jeton_protocol::{AccessTokenClaims, ActiveToken, ClientId, IntrospectionRequest, IntrospectionResponse};

use crate::authorization_server::AuthorizationServer;
use crate::directory::LiveCatalog;
use crate::model::{Account, Timestamp, TokenId};
use crate::refusal::{Refusal, Unavailable};
use crate::verify_token::{TokenFault, VerifiedToken, verify_signature};

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

impl AuthorizationServer {
    /// Answers an introspection request that came from `from`.
    ///
    /// # Errors
    /// A [`Refusal`] when the caller does not authenticate, or the store cannot tell about the token's account.
    pub async fn introspect(
        &self,
        request: &IntrospectionRequest,
        from: IpAddr,
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
        let catalog = self.directory.catalog();
        let verified = match verify_signature(&catalog.keys, token) {
            Ok(verified) => verified,
            Err(fault) => return Ok(Err(fault)),
        };
        let judged = self.judge(&catalog, &verified).await?;
        Ok(judged.map(|()| active(&verified.claims)))
    }

    /// What `caller` is told of `token`.
    async fn introspect_for(
        &self,
        caller: &Account,
        token: &str,
    ) -> Result<Result<ActiveToken, TokenFault>, Unavailable> {
        let catalog = self.directory.catalog();
        let verify = || verify_signature(&catalog.keys, token);
        let verified = match self.introspected.find_or_verify(&caller.client_id, token, verify) {
            Ok(verified) => verified,
            Err(fault) => return Ok(Err(fault)),
        };
        if !may_see(caller, &verified.claims) {
            return Ok(Err(TokenFault::NotForThisCaller));
        }
        let judged = self.judge(&catalog, &verified).await?;
        Ok(judged.map(|()| active(&verified.claims)))
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
        if catalog.keys.find(verified.signed_by.as_str()).is_none() {
            return Ok(Err(TokenFault::UnknownKey));
        }
        if claims.iss != self.settings.issuer || claims.region != self.settings.region {
            return Ok(Err(TokenFault::OtherIssuer));
        }
        if claims.exp <= now.unix() {
            return Ok(Err(TokenFault::Expired(Timestamp::from_unix(claims.exp))));
        }
        let Ok(token) = claims.jti.parse::<TokenId>() else { return Ok(Err(TokenFault::Malformed)) };
        if self.directory.revoked_tokens().contains(&token) {
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
    caller.client_id == claims.client_id || caller.introspects.iter().any(|uri| uri.as_str() == claims.aud)
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
