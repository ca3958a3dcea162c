//! Decides whether this server issued a token, of either format: checks its form, its key, and its signature or seal.
//! It does not check whether the token is active.

use jeton_jose::CompactJws;
use jeton_protocol::{AccessTokenClaims, MAX_ACCESS_TOKEN_CHARS, SealedToken};
use thiserror::Error;

use crate::keys::{KeyPair, KeyRing, SealingKey};
use crate::model::{Algorithm, KeyId, Timestamp, TokenId};
use crate::settings::Settings;
use crate::token::garbage_limit::VerificationWork;
use crate::token::seal;

/// A token that a key of this region signed or sealed. Only [`verify_token`] and [`RecognisedToken::verify`] create
/// one.
#[derive(Debug)]
pub(crate) struct VerifiedToken {
    pub(crate) id: TokenId,
    pub(crate) claims: AccessTokenClaims,
    pub(crate) key_id: KeyId,
}

/// A well-formed token whose key is known. Its signature or seal is not verified yet.
pub(crate) enum RecognisedToken<'a> {
    Jwt { jws: Box<CompactJws<'a>>, key: &'a KeyPair },
    Opaque { token: SealedToken, key: &'a SealingKey },
}

/// Why a token is not active. For the operator, never for a caller.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TokenFault {
    /// Neither a compact JWS with the expected header and claims nor an opaque token.
    #[error("it is not a token of this server")]
    Malformed,
    /// This region trusts no key with the token's key id.
    #[error("no key that this region trusts has its key id")]
    UnknownKey,
    /// The signature is wrong.
    #[error("its signature is wrong")]
    BadSignature,
    /// The key does not open the token for this issuer and region.
    #[error("its key does not open it: it was changed, or issued for another issuer or region")]
    BadSeal,
    /// Another issuer or region issued the token.
    #[error("another issuer or region issued it")]
    OtherIssuer,
    /// The token has expired.
    #[error("it expired at {0}")]
    Expired(Timestamp),
    /// The token was revoked individually.
    #[error("it was revoked")]
    Revoked,
    /// The account does not exist.
    #[error("its account does not exist")]
    UnknownAccount,
    /// The account or tenant is disabled, barred or expired.
    #[error("its account or tenant is disabled, barred or expired")]
    AccountNotAdmitted,
    /// The token was revoked together with all others of its account, tenant or region.
    #[error("the epoch of its region, tenant or account was raised after it was issued")]
    EpochRaised,
    /// The token is valid, but the caller may not introspect it.
    #[error("the caller may not introspect tokens of this audience")]
    NotForThisCaller,
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
        Ok(VerifiedToken { id, claims, key_id: key_id.clone() })
    }
}
