//! The rules that apply to every token, for both validation methods.

use crate::token::claims::Claims;
use crate::token::implications::Implications;
use crate::token::raw_claims::RawClaims;
use crate::token::validated::Token;
use crate::validate::jwt::VerifiedJwt;
use crate::validate::rejection::TokenFault;

#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) issuer: String,
    pub(crate) audience: String,
    pub(crate) implications: Implications,
    /// Distinguishes this validator's tokens from those of another one in the same process.
    pub(crate) id: u64,
}

impl Rules {
    /// Accepts a JWT. It must have all claims that are used here and that RFC 9068 §2.2 requires.
    pub(crate) fn accept_jwt(&self, jwt: VerifiedJwt, now: i64) -> Result<Token, TokenFault> {
        let VerifiedJwt { claims, raw_claims } = jwt;
        claims.check(&self.audience, now)?;
        let (Some(client_id), Some(subject), Some(_)) = (&claims.client_id, &claims.sub, claims.exp) else {
            return Err(TokenFault::MissingClaim);
        };
        let names = (client_id.clone(), subject.clone());
        Ok(Token::new(names, claims, raw_claims, &self.implications, self.id))
    }

    /// Accepts an introspection response. It may omit almost every member (RFC 7662 §2.2), but the client and the
    /// audience are required.
    pub(crate) fn accept_introspected(
        &self,
        claims: Claims,
        raw_claims: RawClaims,
        now: i64,
    ) -> Result<Token, TokenFault> {
        if claims.iss.as_ref().is_some_and(|iss| *iss != self.issuer) {
            return Err(TokenFault::OtherIssuer);
        }
        claims.check(&self.audience, now)?;
        if claims.token_type.as_ref().is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
            return Err(TokenFault::Bound);
        }
        let client_id = claims.client_id.clone().ok_or(TokenFault::MissingClaim)?;
        let subject = claims.sub.clone().unwrap_or_else(|| client_id.clone());
        Ok(Token::new((client_id, subject), claims, raw_claims, &self.implications, self.id))
    }
}
