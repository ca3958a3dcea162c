//! The claims of an access token (RFC 9068 §2.2).
//!
//! The same for a signed and a sealed token. It must not know how they are protected.

use serde::{Deserialize, Serialize};

use crate::{ClientId, Epochs, RegionName, Scope};

/// What a token says. Instants are whole Unix seconds.
#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
pub struct AccessTokenClaims {
    /// The issuer, byte for byte as configured.
    pub iss: String,
    /// The resource; always one string.
    pub aud: String,
    /// The account; equal to `client_id`, since no person is involved.
    pub sub: ClientId,
    /// The account.
    pub client_id: ClientId,
    /// When it was minted.
    pub iat: i64,
    /// From when on it is dead.
    pub exp: i64,
    /// The token's id, by which a single one is revoked.
    pub jti: String,
    /// What it allows.
    pub scope: Scope,
    /// The tenant that owns the account.
    pub tenant: String,
    /// The region that minted it.
    pub region: RegionName,
    /// The epochs it was minted under.
    pub epoch: Epochs,
}
