//! A request to the revocation endpoint (RFC 7009 §2.1).
//!
//! It decides what must be there. It must not know what a token looks like.

use crate::{Malformed, Parameters, PresentedClient, PresentedToken, Subject};

/// The parts of a revocation request.
#[derive(Debug, Clone)]
pub struct RevocationRequest {
    /// What is to be taken back.
    pub token: PresentedToken,
    /// Only a hint.
    pub token_type_hint: Option<String>,
    /// Who the caller claims to be.
    pub client: PresentedClient,
}

impl RevocationRequest {
    /// Joins the body's parameters with the values of all `Authorization` headers.
    ///
    /// # Errors
    /// [`Malformed`], where the token is missing or there is more than one method of client authentication.
    pub fn from_parts(mut parameters: Parameters, authorization: &[&[u8]]) -> Result<Self, Malformed> {
        let client = PresentedClient::take(&mut parameters, authorization)?;
        let mut token = parameters.token.ok_or(Malformed::Missing(Subject::Parameter("token")))?;
        Ok(Self {
            token: PresentedToken::new(std::mem::take(&mut *token)),
            token_type_hint: parameters.token_type_hint,
            client,
        })
    }
}
