//! Decides whether a token is one of ours: its form, its key, its signature. Whether it is alive is another question.

use jeton_protocol::{AccessTokenClaims, CompactJws};
use thiserror::Error;

use crate::keys::KeyRing;
use crate::model::{Algorithm, KeyId, Timestamp};

/// A token whose signature is right. Only [`verify_signature`] makes one; whether it is alive is another question.
#[derive(Debug)]
pub(crate) struct VerifiedToken {
    pub(crate) claims: AccessTokenClaims,
    pub(crate) signed_by: KeyId,
}

/// Why a token is worth nothing: for the operator, never for a caller.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TokenFault {
    /// Not a compact JWS with our header and claims.
    #[error("it is not a token of this server")]
    Malformed,
    /// Signed by no key of this region.
    #[error("no signing key of this region has its key id")]
    UnknownKey,
    /// The signature is not that key's over this content.
    #[error("its signature is wrong")]
    BadSignature,
    /// Of another issuer or region.
    #[error("another issuer or region made it")]
    OtherIssuer,
    /// Its time is over.
    #[error("it expired at {0}")]
    Expired(Timestamp),
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

/// Reads the token if its signature is right. The key says which algorithm, never the token (RFC 8725 §3.1); the type
/// keeps other JWTs of the same key out (RFC 9068 §4).
pub(crate) fn verify_signature(keys: &KeyRing, token: &str) -> Result<VerifiedToken, TokenFault> {
    let jws = CompactJws::parse(token).map_err(|_| TokenFault::Malformed)?;
    let key = jws.header.kid.as_deref().and_then(|kid| keys.find(kid)).ok_or(TokenFault::UnknownKey)?;
    let of_ours = jws.header.typ.as_deref() == Some("at+jwt")
        && jws.header.crit.is_none()
        && jws.header.alg.parse() == Ok::<Algorithm, _>(key.algorithm());
    if !of_ours {
        return Err(TokenFault::Malformed);
    }
    if !key.verifies(jws.signing_input.as_bytes(), &jws.signature) {
        return Err(TokenFault::BadSignature);
    }
    let claims = serde_json::from_slice(&jws.payload).map_err(|_| TokenFault::Malformed)?;
    Ok(VerifiedToken { claims, signed_by: key.id().clone() })
}
