//! Issues the access token in the format of its resource: an RFC 9068 JWT, signed with a key of the resource's
//! algorithm, or an opaque token, sealed with the region's sealing key. Issued tokens are not stored.

use std::sync::Arc;

use jeton_protocol::{AccessToken, BorrowedClaims, MAX_ACCESS_TOKEN_CHARS, Scope, base62};

use crate::client::authenticated_account::AuthenticatedAccount;
use crate::clock::{Clock, Randomness, random_bytes};
use crate::grant::binding::Binding;
use crate::grant::claims::ClaimSource;
use crate::grant::scope::GrantedScope;
use crate::keys::KeyRing;
use crate::memory::catalog::CachedCatalog;
use crate::model::{Resource, TokenFormat};
use crate::refusal::{Internal, Refusal, Unavailable};
use crate::settings::Settings;
use crate::token::seal::seal;

/// An issued token, with the values of the token response (RFC 6749 §5.1).
#[derive(Debug)]
pub struct IssuedToken {
    /// The token.
    pub token: AccessToken,
    /// How it is used (RFC 6749 §7.1).
    pub token_type: &'static str,
    /// Its lifetime in seconds, at least 1.
    pub expires_in: u64,
    /// The granted scope.
    pub scope: Scope,
}

/// Issues tokens.
#[derive(Debug)]
pub(crate) struct Mint {
    pub(crate) settings: Arc<Settings>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Arc<dyn Randomness>,
}

impl Mint {
    /// Issues a token for an authenticated account and a granted scope, bound to `binding`, with the keys of `catalog`.
    ///
    /// # Errors
    /// [`Unavailable::NoSigningKey`] and [`Unavailable::NoSealingKey`] when there is no active signing or sealing key;
    /// [`Internal`] for defects.
    pub(super) fn mint(
        &self,
        catalog: &CachedCatalog,
        account: &AuthenticatedAccount,
        granted: GrantedScope,
        binding: &Binding,
    ) -> Result<IssuedToken, Refusal> {
        let source = ClaimSource {
            settings: &self.settings,
            region_epoch: catalog.region_epoch,
            account: account.account(),
            expires_at: account.expires_at(),
            granted: &granted,
        };
        let jti = base62::encode(&random_bytes::<16>(&*self.randomness));
        let claims = source.claims(self.clock.now(), &jti)?;
        let token = match granted.resource().token_format {
            TokenFormat::Jwt => sign(&catalog.keys, granted.resource(), claims)?,
            TokenFormat::Opaque => {
                let key = catalog.keys.sealing().ok_or(Unavailable::NoSealingKey)?;
                seal(key, claims, &*self.randomness).ok_or(Internal::Sealing)?
            }
        };
        if token.len() > MAX_ACCESS_TOKEN_CHARS {
            return Err(Internal::TokenTooLong.into());
        }
        Ok(IssuedToken {
            token: AccessToken::new(token),
            token_type: binding.token_type(),
            expires_in: claims.exp.abs_diff(claims.iat),
            scope: granted.into_scope(),
        })
    }
}

fn sign(keys: &KeyRing, resource: &Resource, claims: BorrowedClaims<'_>) -> Result<String, Refusal> {
    let key = keys.signer(resource).ok_or(Unavailable::NoSigningKey)?;
    let mut payload = Vec::with_capacity(USUAL_CLAIMS);
    serde_json::to_writer(&mut payload, &claims).map_err(Internal::Claims)?;
    Ok(key.sign(&payload).map_err(Internal::Signing)?)
}

/// Most claims as JSON. The buffer need not grow.
const USUAL_CLAIMS: usize = 640;
