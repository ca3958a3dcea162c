//! A request to the introspection endpoint (RFC 7662 §2.1).
//!
//! It has the same parameters as a request to the revocation endpoint. It is another type, so that the two cannot be
//! mixed up.

use crate::request::subject_token::SubjectToken;
use crate::{Malformed, Parameters, PresentedClient, PresentedToken, RequestHead};

/// The parts of an introspection request.
#[derive(Debug, Clone)]
pub struct IntrospectionRequest {
    /// The token to introspect.
    pub token: PresentedToken,
    /// A hint that may be wrong.
    pub token_type_hint: Option<String>,
    /// The presented client credentials.
    pub client: PresentedClient,
}

impl IntrospectionRequest {
    /// The parameters of the body, except those of client authentication.
    pub const BODY_PARAMETERS: &[&str] = &["token", "token_type_hint"];

    /// Combines the body's parameters with the request's head.
    ///
    /// # Errors
    /// [`Malformed`], if the token is missing or there is more than one method of client authentication.
    pub fn from_parts(parameters: Parameters, head: &RequestHead<'_>) -> Result<Self, Malformed> {
        let SubjectToken { token, token_type_hint, client } = SubjectToken::take(parameters, head)?;
        Ok(Self { token, token_type_hint, client })
    }
}
