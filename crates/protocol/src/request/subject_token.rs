//! What introspection and revocation requests have in common: a client presents a token and asks about it.
//!
//! This module decides which parameters are required. It must not know the format of tokens.

use crate::{Malformed, Parameters, PresentedClient, PresentedToken, RequestHead, RequestPart};

/// The parts of an introspection or revocation request.
pub(super) struct SubjectToken {
    pub(super) token: PresentedToken,
    pub(super) token_type_hint: Option<String>,
    pub(super) client: PresentedClient,
}

impl SubjectToken {
    pub(super) fn take(mut parameters: Parameters, head: &RequestHead<'_>) -> Result<Self, Malformed> {
        let client = PresentedClient::take(&mut parameters, head)?;
        let mut token = parameters.token.ok_or(Malformed::Missing(RequestPart::Parameter("token")))?;
        let token = PresentedToken::new(std::mem::take(&mut *token));
        Ok(Self { token, token_type_hint: parameters.token_type_hint, client })
    }
}
