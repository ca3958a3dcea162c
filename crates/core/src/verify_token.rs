//! Decides whether a token of either format is one of ours: its form, its key, its signature or seal. Whether it is
//! alive is another question.

use jeton_protocol::{AccessTokenClaims, CompactJws, MAX_ACCESS_TOKEN_CHARS, SealedToken};
use thiserror::Error;

use crate::garbage_limit::Work;
use crate::keys::{KeyPair, KeyRing, SealingKey};
use crate::model::{Algorithm, KeyId, Timestamp, TokenId};
use crate::seal;
use crate::settings::Settings;

/// A token that a key of ours made. Only [`verify_token`] and [`RecognisedToken::verify`] make one.
#[derive(Debug)]
pub(crate) struct VerifiedToken {
    pub(crate) id: TokenId,
    pub(crate) claims: AccessTokenClaims,
    pub(crate) made_by: KeyId,
}

/// A token of a right form whose key is known. Nothing else about it is verified.
pub(crate) enum RecognisedToken<'a> {
    Jwt { jws: Box<CompactJws<'a>>, key: &'a KeyPair },
    Opaque { token: SealedToken, key: &'a SealingKey },
}

/// Why a token is worth nothing: for the operator, never for a caller.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TokenFault {
    /// Neither a compact JWS with our header and claims nor an opaque token.
    #[error("it is not a token of this server")]
    Malformed,
    /// Made by no key that this region trusts.
    #[error("no key that this region trusts has its key id")]
    UnknownKey,
    /// The signature is not that key's over this content.
    #[error("its signature is wrong")]
    BadSignature,
    /// The key does not open it as a token of this issuer and region.
    #[error("its key does not open it: it was changed, or made for another issuer or region")]
    BadSeal,
    /// Of another issuer or region.
    #[error("another issuer or region made it")]
    OtherIssuer,
    /// Its time is over.
    #[error("it expired at {0}")]
    Expired(Timestamp),
    /// It was taken back by itself.
    #[error("it was revoked")]
    Revoked,
    /// Its account is gone.
    #[error("its account does not exist")]
    UnknownAccount,
    /// Its account or tenant is disabled, barred or expired.
    #[error("its account or tenant is disabled, barred or expired")]
    AccountNotAdmitted,
    /// It was taken back with all others of its account, tenant or region.
    #[error("the epoch of its region, tenant or account was raised after it was made")]
    EpochRaised,
    /// Alive, but the caller has no right to know.
    #[error("the caller may not see tokens of this audience")]
    NotForThisCaller,
}

/// Reads the token if a key of ours made it.
pub(crate) fn verify_token(
    keys: &KeyRing,
    settings: &Settings,
    token: &str,
) -> Result<VerifiedToken, TokenFault> {
    RecognisedToken::of(keys, token)?.verify(settings)
}

impl<'a> RecognisedToken<'a> {
    /// Looks at form and key id alone, which costs next to nothing. The resource's format does not count: a token of
    /// the one before stays good until it expires.
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

    /// The key says which algorithm, never the token (RFC 8725 §3.1); the type keeps other JWTs of the same key out
    /// (RFC 9068 §4).
    fn jwt(keys: &'a KeyRing, token: &'a str) -> Result<Self, TokenFault> {
        let jws = CompactJws::parse(token).map_err(|_| TokenFault::Malformed)?;
        let key = jws.header.kid.as_deref().and_then(|kid| keys.find(kid)).ok_or(TokenFault::UnknownKey)?;
        let of_ours = jws.header.typ.as_deref() == Some("at+jwt")
            && jws.header.crit.is_none()
            && jws.header.alg.parse() == Ok::<Algorithm, _>(key.algorithm());
        if of_ours { Ok(Self::Jwt { jws: Box::new(jws), key }) } else { Err(TokenFault::Malformed) }
    }

    /// What it takes to verify it.
    pub(crate) fn work(&self) -> Work {
        match self {
            Self::Jwt { .. } => Work::Signature,
            Self::Opaque { .. } => Work::Seal,
        }
    }

    /// Reads it if its key made it.
    pub(crate) fn verify(&self, settings: &Settings) -> Result<VerifiedToken, TokenFault> {
        let (claims, made_by): (AccessTokenClaims, _) = match self {
            Self::Jwt { jws, key } => {
                if !key.verifies(jws.signing_input.as_bytes(), &jws.signature) {
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
        Ok(VerifiedToken { id, claims, made_by: made_by.clone() })
    }
}
