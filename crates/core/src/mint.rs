//! Makes the access token: an RFC 9068 JWT, signed with the key of the resource's algorithm. Nothing is stored.

use jeton_protocol::{AccessToken, Scope, base62};

use crate::authenticate::AuthenticatedAccount;
use crate::authorization_server::AuthorizationServer;
use crate::claims::ClaimSource;
use crate::clock::random_bytes;
use crate::refusal::{Internal, Refusal, Unavailable};
use crate::scope_policy::GrantedScope;

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
    /// Signs a token for an account that proved itself, over a scope that was granted.
    ///
    /// # Errors
    /// [`Unavailable::NoSigningKey`] while no key signs; [`Internal`] for defects.
    pub fn mint(
        &self,
        account: &AuthenticatedAccount,
        granted: &GrantedScope,
    ) -> Result<IssuedToken, Refusal> {
        let catalog = self.directory.catalog();
        let key = catalog.keys.signer(granted.resource()).ok_or(Unavailable::NoSigningKey)?;
        let source = ClaimSource {
            settings: &self.settings,
            region_epoch: catalog.region_epoch,
            account: account.account(),
            ends_at: account.ends_at(),
            granted,
        };
        let claims =
            source.claims(self.clock.now(), base62::encode(&random_bytes::<16>(&*self.randomness)))?;
        let payload = serde_json::to_vec(&claims).map_err(Internal::Claims)?;
        let jwt = key.sign(&payload).map_err(Internal::Signing)?;
        if jwt.len() > LONGEST_TOKEN {
            return Err(Internal::TokenTooLong.into());
        }
        let expires_in = claims.exp.abs_diff(claims.iat);
        Ok(IssuedToken { token: AccessToken::new(jwt), expires_in, scope: claims.scope })
    }
}

/// Some clients store no more (protocol: "Clients and their quirks").
const LONGEST_TOKEN: usize = 4_096;
