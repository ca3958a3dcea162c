//! A request to the token endpoint (RFC 6749 §4.4.2, RFC 8707 §2).
//!
//! This module decides which parameters are required. It must not know which grants, scopes or resources exist: those
//! stay texts, because they are checked only after the client is authenticated.

use crate::{Malformed, Parameters, PresentedClient, RequestHead, RequestPart};

/// The parts of a token request; empty ones are absent.
#[derive(Debug, Clone)]
pub struct TokenRequest {
    /// Any text; case-sensitive.
    pub grant_type: String,
    /// As sent, unparsed.
    pub scope: Option<String>,
    /// As sent, in order, without empty values.
    pub resources: Vec<String>,
    /// The name that many products use for `resource`.
    pub audience: Option<String>,
    /// The presented client credentials.
    pub client: PresentedClient,
}

impl TokenRequest {
    /// The parameters of the body, except those of client authentication.
    pub const BODY_PARAMETERS: &[&str] = &["grant_type", "scope", "resource", "audience"];

    /// Combines the body's parameters with the request's head.
    ///
    /// # Errors
    /// [`Malformed`], if the grant type is missing or there is more than one method of client authentication.
    pub fn from_parts(mut parameters: Parameters, head: &RequestHead<'_>) -> Result<Self, Malformed> {
        let client = PresentedClient::take(&mut parameters, head)?;
        let grant_type =
            parameters.grant_type.ok_or(Malformed::Missing(RequestPart::Parameter("grant_type")))?;
        Ok(Self {
            grant_type,
            scope: parameters.scope,
            resources: parameters.resources,
            audience: parameters.audience,
            client,
        })
    }
}
