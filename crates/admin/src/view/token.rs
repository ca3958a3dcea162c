//! A single token as an administrator sees it.

use jeton_protocol::{AccessTokenClaims, ActiveToken, ClientId};
use serde::Serialize;

use super::TokenFault;
use crate::value::{Timestamp, TokenId};

/// The contents of a token, and whether it is active.
#[derive(Debug, Clone, Serialize)]
pub struct InspectedToken {
    /// The claims, if a key of the region signed or sealed the token. Present for inactive tokens too.
    pub claims: Option<AccessTokenClaims>,
    /// The active token as an API with the introspection right sees it, or why it is not active.
    pub validity: Result<ActiveToken, TokenFault>,
}

/// A token that is inactive now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RevokedToken {
    /// The id of the token.
    pub token_id: TokenId,
    /// The account that it was issued to.
    pub client_id: ClientId,
    /// When it expires.
    pub expires_at: Timestamp,
    /// Why the token was inactive already, if so. In that case nothing was changed.
    pub already_inactive: Option<TokenFault>,
}
