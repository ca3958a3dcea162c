//! A request to the token endpoint (RFC 6749 §4.4.2, RFC 8707 §2).
//!
//! It decides what must be there. It must not know which grants, scopes or resources exist: those stay texts, because
//! they are judged only after the caller is known.

use crate::{Malformed, Parameters, PresentedClient, Subject};

/// The parts of a token request; empty ones are absent.
#[derive(Debug, Clone)]
pub struct TokenRequest {
    /// Any text; letter case counts.
    pub grant_type: String,
    /// As sent, unparsed.
    pub scope: Option<String>,
    /// As sent, in order, without empty ones.
    pub resources: Vec<String>,
    /// What many products call `resource`.
    pub audience: Option<String>,
    /// Who the caller claims to be.
    pub client: PresentedClient,
}

impl TokenRequest {
    /// Joins the body's parameters with the values of all `Authorization` headers.
    ///
    /// # Errors
    /// [`Malformed`], where the grant type is missing or there is more than one method of client authentication.
    pub fn from_parts(mut parameters: Parameters, authorization: &[&[u8]]) -> Result<Self, Malformed> {
        let client = PresentedClient::take(&mut parameters, authorization)?;
        let grant_type = parameters.grant_type.ok_or(Malformed::Missing(Subject::Parameter("grant_type")))?;
        Ok(Self {
            grant_type,
            scope: parameters.scope,
            resources: parameters.resources,
            audience: parameters.audience,
            client,
        })
    }
}
