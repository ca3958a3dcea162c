//! A request to the revocation endpoint (RFC 7009 §2.1).
//!
//! This module decides which parameters are required. It must not know the format of tokens.

use crate::{Malformed, Parameters, PresentedClient, PresentedToken, RequestHead, RequestPart};

/// The parts of a revocation request.
#[derive(Debug, Clone)]
pub struct RevocationRequest {
    /// The token to revoke.
    pub token: PresentedToken,
    /// A hint that may be wrong.
    pub token_type_hint: Option<String>,
    /// The presented client credentials.
    pub client: PresentedClient,
}

impl RevocationRequest {
    /// Combines the body's parameters with the request's head.
    ///
    /// # Errors
    /// [`Malformed`], if the token is missing or there is more than one method of client authentication.
    pub fn from_parts(mut parameters: Parameters, head: &RequestHead<'_>) -> Result<Self, Malformed> {
        let client = PresentedClient::take(&mut parameters, head)?;
        let mut token = parameters.token.ok_or(Malformed::Missing(RequestPart::Parameter("token")))?;
        Ok(Self {
            token: PresentedToken::new(std::mem::take(&mut *token)),
            token_type_hint: parameters.token_type_hint,
            client,
        })
    }
}
