//! Decides whether this server issued a token, of either format: checks its form, its key, and its signature or seal.
//! It does not check whether the token is active.

use std::sync::Arc;

pub use jeton_admin::view::TokenFault;
use jeton_jose::CompactJws;
use jeton_protocol::{AccessTokenClaims, MAX_ACCESS_TOKEN_CHARS, SealedToken};

use crate::keys::{KeyPair, KeyRing, SealingKey};
use crate::model::{Algorithm, KeyId, TokenId};
use crate::settings::Settings;
use crate::token::invalid_token_limit::VerificationWork;
use crate::token::seal;

/// A token that a key of this region signed or sealed. Only [`verify_token`] and [`RecognisedToken::verify`] create
/// one.
#[derive(Debug)]
pub(crate) struct VerifiedToken {
    pub(crate) id: TokenId,
    pub(crate) claims: Arc<AccessTokenClaims>,
    pub(crate) key_id: KeyId,
}

/// A well-formed token whose key is known. Its signature or seal is not verified yet.
pub(crate) enum RecognisedToken<'a> {
    Jwt { jws: Box<CompactJws<'a>>, key: &'a KeyPair },
    Opaque { token: SealedToken, key: &'a SealingKey },
}

/// Verifies and decodes the token.
pub(crate) fn verify_token(
    keys: &KeyRing,
    settings: &Settings,
    token: &str,
) -> Result<VerifiedToken, TokenFault> {
    RecognisedToken::of(keys, token)?.verify(settings)
}

impl<'a> RecognisedToken<'a> {
    /// Checks only form and key id, which is cheap. The token format of the resource is not compared: after a change of
    /// format, older tokens stay valid until they expire.
    pub(crate) fn of(keys: &'a KeyRing, token: &'a str) -> Result<Self, TokenFault> {
        if token.len() > MAX_ACCESS_TOKEN_CHARS {
            return Err(TokenFault::Malformed);
        }
        if SealedToken::has_prefix(token) { Self::opaque(keys, token) } else { Self::jwt(keys, token) }
    }

    fn opaque(keys: &'a KeyRing, token: &str) -> Result<Self, TokenFault> {
        let token = SealedToken::parse(token).map_err(|_| TokenFault::Malformed)?;
        let key = keys.find_sealing(&KeyId::from_bytes(token.key_id)).ok_or(TokenFault::UnknownKey)?;
        Ok(Self::Opaque { token, key })
    }

    /// The key decides the algorithm, never the token (RFC 8725 §3.1). The type excludes other JWTs signed with the
    /// same key (RFC 9068 §4).
    fn jwt(keys: &'a KeyRing, token: &'a str) -> Result<Self, TokenFault> {
        let jws = CompactJws::parse(token).map_err(|_| TokenFault::Malformed)?;
        let key = jws.header.kid.as_deref().and_then(|kid| keys.find(kid)).ok_or(TokenFault::UnknownKey)?;
        let is_access_token = jws.header.typ.as_deref() == Some("at+jwt")
            && jws.header.crit.is_none()
            && jws.header.alg.parse() == Ok::<Algorithm, _>(key.algorithm());
        if is_access_token { Ok(Self::Jwt { jws: Box::new(jws), key }) } else { Err(TokenFault::Malformed) }
    }

    /// The work that verifying the token takes.
    pub(crate) fn work(&self) -> VerificationWork {
        match self {
            Self::Jwt { .. } => VerificationWork::Signature,
            Self::Opaque { .. } => VerificationWork::Seal,
        }
    }

    /// Verifies and decodes the token with its key.
    pub(crate) fn verify(&self, settings: &Settings) -> Result<VerifiedToken, TokenFault> {
        let (claims, key_id): (AccessTokenClaims, _) = match self {
            Self::Jwt { jws, key } => {
                if !key.signed(jws) {
                    return Err(TokenFault::BadSignature);
                }
                (serde_json::from_slice(&jws.payload).map_err(|_| TokenFault::Malformed)?, key.id())
            }
            Self::Opaque { token, key } => {
                let claims = seal::open(key, token, &settings.issuer, &settings.region);
                (claims.ok_or(TokenFault::BadSeal)?, key.id())
            }
        };
        let id = claims.jti.parse().map_err(|_| TokenFault::Malformed)?;
        Ok(VerifiedToken { id, claims: Arc::new(claims), key_id: key_id.clone() })
    }
}
