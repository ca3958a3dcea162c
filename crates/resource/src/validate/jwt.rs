//! Validates a JWT access token (RFC 9068 §4): first the checks that need no key, then the signature, then the claims.

use jeton_jose::{CompactJws, JwsError, VerifyingKey};

use crate::token::claims::Claims;
use crate::token::raw_claims::RawClaims;
use crate::validate::rejection::TokenFault;

/// A token in the format of an access token of the issuer, unverified.
pub(crate) struct UnverifiedJwt<'a> {
    jws: CompactJws<'a>,
    claims: Claims,
}

/// The verified content of a token.
pub(crate) struct VerifiedJwt {
    pub(crate) claims: Claims,
    pub(crate) raw_claims: RawClaims,
}

impl<'a> UnverifiedJwt<'a> {
    pub(crate) fn read(text: &'a str, issuer: &str) -> Result<Self, TokenFault> {
        let jws = CompactJws::parse(text).map_err(|error| match error {
            JwsError::TooLong => TokenFault::TooLong,
            JwsError::Parts | JwsError::Base64 | JwsError::Header => TokenFault::Malformed,
        })?;
        // Another JWT of the same issuer, for example an ID token, must not be accepted as an access token.
        if !jws.header.has_type("at+jwt") {
            return Err(TokenFault::WrongType);
        }
        if jws.header.has_extension_or_key() {
            return Err(TokenFault::HeaderMember);
        }
        // serde_json does not check that skipped strings are UTF-8, and it would parse a struct from an array too.
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
        if !self.jws.is_signed_by(key) {
            return Err(TokenFault::BadSignature);
        }
        Ok(VerifiedJwt { claims: self.claims, raw_claims: RawClaims::from_json(self.jws.payload) })
    }
}
