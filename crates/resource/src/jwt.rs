//! A JWT access token (RFC 9068 §4): what can be judged without a key, then the signature, then the claims.

use jeton_protocol::{CompactJws, JwsError};

use crate::claims::Claims;
use crate::rejection::TokenFault;
use crate::said::Said;
use crate::verifying_key::VerifyingKey;

/// A token whose shape is that of an access token of the issuer; nothing in it is verified.
pub(crate) struct UnverifiedJwt<'a> {
    jws: CompactJws<'a>,
    claims: Claims,
}

/// What the issuer has signed.
pub(crate) struct VerifiedJwt {
    pub(crate) claims: Claims,
    pub(crate) said: Said,
}

impl<'a> UnverifiedJwt<'a> {
    pub(crate) fn read(text: &'a str, issuer: &str) -> Result<Self, TokenFault> {
        let jws = CompactJws::parse(text).map_err(|error| match error {
            JwsError::TooLong => TokenFault::TooLong,
            JwsError::Parts | JwsError::Base64 | JwsError::Header => TokenFault::Malformed,
        })?;
        let header = &jws.header;
        // Another JWT of the same issuer, such as an ID token, must not pass for an access token.
        if !header.typ.as_deref().is_some_and(is_access_token) {
            return Err(TokenFault::WrongType);
        }
        let brought = [&header.crit, &header.jwk, &header.jku, &header.x5u, &header.x5c];
        if brought.into_iter().any(Option::is_some) {
            return Err(TokenFault::HeaderMember);
        }
        // serde_json does not look at the bytes of strings that it skips, and reads a structure from an array too.
        let payload = str::from_utf8(&jws.payload).map_err(|_| TokenFault::Malformed)?;
        if !payload.starts_with('{') {
            return Err(TokenFault::Malformed);
        }
        let claims: Claims = serde_json::from_str(payload).map_err(|_| TokenFault::Malformed)?;
        if claims.iss.as_deref() != Some(issuer) {
            return Err(TokenFault::OtherIssuer);
        }
        Ok(Self { jws, claims })
    }

    pub(crate) fn kid(&self) -> Option<&str> {
        self.jws.header.kid.as_deref()
    }

    pub(crate) fn alg(&self) -> &str {
        &self.jws.header.alg
    }

    pub(crate) fn verify(self, key: &VerifyingKey) -> Result<VerifiedJwt, TokenFault> {
        if !key.verifies(self.jws.signing_input.as_bytes(), &self.jws.signature) {
            return Err(TokenFault::BadSignature);
        }
        Ok(VerifiedJwt { claims: self.claims, said: Said::unread(self.jws.payload) })
    }
}

/// Media types do not depend on letter case (RFC 7515 §4.1.9).
fn is_access_token(typ: &str) -> bool {
    typ.eq_ignore_ascii_case("at+jwt") || typ.eq_ignore_ascii_case("application/at+jwt")
}
