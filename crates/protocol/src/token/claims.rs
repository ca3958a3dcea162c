//! The claims of an access token (RFC 9068 §2.2).
//!
//! They are the same in a signed and a sealed token. This module must not know how a token is protected.

use serde::{Deserialize, Serialize};

use crate::{ClientId, Epochs, RegionName, Scope};

/// The claims of an access token. Times are whole Unix seconds.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
pub struct AccessTokenClaims {
    /// The issuer, byte for byte as configured.
    pub iss: String,
    /// The resource; always one string.
    pub aud: String,
    /// The account; equal to `client_id`, because no user is involved.
    pub sub: ClientId,
    /// The account.
    pub client_id: ClientId,
    /// When the token was issued.
    pub iat: i64,
    /// When the token expires; it is invalid from this second on.
    pub exp: i64,
    /// The token's id, used to revoke a single token.
    pub jti: String,
    /// The granted scope.
    pub scope: Scope,
    /// The tenant that owns the account.
    pub tenant: String,
    /// The region that issued the token.
    pub region: RegionName,
    /// The epochs at the time of issue.
    pub epoch: Epochs,
}
