//! Says what a token is worth (RFC 7662), to a caller that may know.
//!
//! The caller is authenticated before the token is looked at. A token that is not alive, not ours or not for this
//! caller's eyes is inactive, without a reason.

use std::net::IpAddr;

use jeton_protocol::{
    AccessTokenClaims, ActiveToken, ClientId, CompactJws, IntrospectionRequest, IntrospectionResponse,
};

use crate::authorization_server::AuthorizationServer;
use crate::directory::LiveCatalog;
use crate::introspected_tokens::VerifiedToken;
use crate::model::{Account, Algorithm};
use crate::refusal::{Refusal, Unavailable};

/// What was asked by whom, and the answer.
#[derive(Debug)]
pub struct Introspection {
    /// Who asked.
    pub caller: ClientId,
    /// What they are told.
    pub response: IntrospectionResponse,
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
        let response = self.introspect_for(caller.account(), request.token.expose()).await?;
        Ok(Introspection { caller: caller.account().client_id.clone(), response })
    }

    /// What `caller` is told of `token`.
    async fn introspect_for(
        &self,
        caller: &Account,
        token: &str,
    ) -> Result<IntrospectionResponse, Unavailable> {
        let catalog = self.directory.catalog();
        let seen =
            self.introspected.find_or_verify(&caller.client_id, token, || verify_signature(&catalog, token));
        let Some(verified) = seen else { return Ok(IntrospectionResponse::Inactive) };
        if !may_see(caller, &verified.claims) || !self.is_alive(&catalog, &verified).await? {
            return Ok(IntrospectionResponse::Inactive);
        }
        Ok(IntrospectionResponse::Active(Box::new(active(&verified.claims))))
    }

    /// What anyone with every right would be told of `token`: for administrators, who hold the store itself.
    ///
    /// # Errors
    /// [`Unavailable`] when the store cannot tell about the token's account.
    pub async fn introspect_as_administrator(
        &self,
        token: &str,
    ) -> Result<IntrospectionResponse, Unavailable> {
        let catalog = self.directory.catalog();
        match verify_signature(&catalog, token) {
            Some(verified) if self.is_alive(&catalog, &verified).await? => {
                Ok(IntrospectionResponse::Active(Box::new(active(&verified.claims))))
            }
            Some(_) | None => Ok(IntrospectionResponse::Inactive),
        }
    }

    /// Judged at each sight, whatever was remembered: key, issuer, time, account, tenant, and the three epochs.
    async fn is_alive(&self, catalog: &LiveCatalog, verified: &VerifiedToken) -> Result<bool, Unavailable> {
        let claims = &verified.claims;
        let now = self.clock.now();
        let own = claims.iss == self.settings.issuer && claims.region == self.settings.region;
        if !own || claims.exp <= now.unix() || catalog.keys.find(verified.signed_by.as_str()).is_none() {
            return Ok(false);
        }
        let Some(account) = self.directory.account(&claims.client_id).await? else { return Ok(false) };
        Ok(account.is_admitted(now) && !claims.epoch.is_older_than(account.epochs(catalog.region_epoch)))
    }
}

/// The token as one of ours, if its signature is right. The key says which algorithm, never the token (RFC 8725 §3.1);
/// the type keeps other JWTs of the same key out (RFC 9068 §4).
fn verify_signature(catalog: &LiveCatalog, token: &str) -> Option<VerifiedToken> {
    let jws = CompactJws::parse(token).ok()?;
    let header = &jws.header;
    let key = catalog.keys.find(header.kid.as_deref()?)?;
    let usual = header.typ.as_deref() == Some("at+jwt") && header.crit.is_none();
    let algorithm: Algorithm = header.alg.parse().ok()?;
    if !usual || algorithm != key.algorithm() || !key.verifies(jws.signing_input.as_bytes(), &jws.signature) {
        return None;
    }
    let claims: AccessTokenClaims = serde_json::from_slice(&jws.payload).ok()?;
    Some(VerifiedToken { claims, signed_by: key.id().clone() })
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
