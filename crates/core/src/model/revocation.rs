//! Revocations of single tokens (RFC 7009).

use jeton_protocol::{ClientId, ResourceUri};

pub use jeton_admin::value::TokenId;

use super::Timestamp;

/// A revoked token (RFC 7009).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// The id of the token.
    pub token: TokenId,
    /// The account that the token was issued to.
    pub client_id: ClientId,
    /// The audience of the token; `None` if it is not known.
    pub audience: Option<ResourceUri>,
    /// When the token expires.
    pub expires_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Timestamp,
}
