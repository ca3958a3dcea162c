//! Makes the access token in the format of its resource: an RFC 9068 JWT, signed with the key of the resource's
//! algorithm, or an opaque token, sealed with the region's sealing key. Nothing is stored.

use std::time::Duration;

use jeton_protocol::{AccessToken, AccessTokenClaims, MAX_ACCESS_TOKEN_CHARS, Scope, base62};

use crate::authenticate::AuthenticatedAccount;
use crate::authorization_server::AuthorizationServer;
use crate::clock::random_bytes;
use crate::keys::KeyRing;
use crate::model::{Resource, Timestamp, TokenFormat};
use crate::refusal::{ClientFault, Internal, Refusal, Unavailable};
use crate::scope_policy::GrantedScope;
use crate::seal::seal;

/// A token that was made, and what the response says of it (RFC 6749 §5.1).
#[derive(Debug)]
pub struct IssuedToken {
    /// The token.
    pub token: AccessToken,
    /// Its lifetime in seconds, at least 1.
    pub expires_in: u64,
    /// What it grants.
    pub scope: Scope,
}

impl AuthorizationServer {
    /// Makes a token for an account that proved itself, over a scope that was granted.
    ///
    /// # Errors
    /// [`Unavailable::NoSigningKey`] and [`Unavailable::NoSealingKey`] while no key signs or seals; [`Internal`] for
    /// defects.
    pub fn mint(
        &self,
        account: &AuthenticatedAccount,
        granted: &GrantedScope,
    ) -> Result<IssuedToken, Refusal> {
        let catalog = self.directory.catalog();
        let issued_at = self.clock.now();
        let lifetime = self.lifetime(account, granted, issued_at);
        if lifetime.is_zero() {
            // It ended in the moment since it was admitted.
            return Err(ClientFault::ExpiredAccount.into());
        }
        let owner = account.account();
        let claims = AccessTokenClaims {
            iss: self.settings.issuer.clone(),
            aud: granted.resource().uri.as_str().to_owned(),
            sub: owner.client_id.clone(),
            client_id: owner.client_id.clone(),
            iat: issued_at.unix(),
            exp: issued_at.after(lifetime).unix(),
            jti: base62::encode(&random_bytes::<16>(&*self.randomness)),
            scope: granted.scope().clone(),
            tenant: owner.tenant.name.as_str().to_owned(),
            region: self.settings.region.clone(),
            epoch: owner.epochs(catalog.region_epoch),
        };
        let token = match granted.resource().token_format {
            TokenFormat::Jwt => sign(&catalog.keys, granted.resource(), &claims)?,
            TokenFormat::Opaque => {
                let key = catalog.keys.sealing().ok_or(Unavailable::NoSealingKey)?;
                seal(key, &claims, &*self.randomness).ok_or(Internal::Sealing)?
            }
        };
        if token.len() > MAX_ACCESS_TOKEN_CHARS {
            return Err(Internal::TokenTooLong.into());
        }
        Ok(IssuedToken {
            token: AccessToken::new(token),
            expires_in: lifetime.as_secs(),
            scope: claims.scope,
        })
    }

    /// The account's lifetime, else the resource's, else the default; never past the end of account or credential.
    fn lifetime(&self, account: &AuthenticatedAccount, granted: &GrantedScope, now: Timestamp) -> Duration {
        let own = account.account().token_ttl.or(granted.resource().token_ttl);
        let wanted = own.unwrap_or(self.settings.default_ttl);
        match account.ends_at() {
            Some(end) => wanted.min(now.until(end)),
            None => wanted,
        }
    }
}

fn sign(keys: &KeyRing, resource: &Resource, claims: &AccessTokenClaims) -> Result<String, Refusal> {
    let key = keys.signer(resource).ok_or(Unavailable::NoSigningKey)?;
    let payload = serde_json::to_vec(claims).map_err(Internal::Claims)?;
    Ok(key.sign(&payload).map_err(Internal::Signing)?)
}
