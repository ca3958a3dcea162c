//! The claims of an access token (RFC 9068 §2.2).
//!
//! They are the same in a signed and a sealed token. This module must not know how a token is protected.

use serde::{Deserialize, Serialize, Serializer};

use crate::{ClientId, Epochs, RegionName, Scope};

/// The claims of an access token. Times are whole Unix seconds.
#[derive(Deserialize, Debug, Clone, PartialEq)]
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

/// The claims of a token that is only written: they belong to the settings, the account and the resource that they
/// come from.
#[derive(Serialize, Debug, Clone, Copy)]
pub struct BorrowedClaims<'a> {
    /// The issuer.
    pub iss: &'a str,
    /// The resource.
    pub aud: &'a str,
    /// The account.
    pub sub: &'a ClientId,
    /// The account.
    pub client_id: &'a ClientId,
    /// When the token was issued.
    pub iat: i64,
    /// When the token expires.
    pub exp: i64,
    /// The token's id.
    pub jti: &'a str,
    /// The granted scope.
    pub scope: &'a Scope,
    /// The tenant.
    pub tenant: &'a str,
    /// The region.
    pub region: &'a RegionName,
    /// The epochs.
    pub epoch: Epochs,
}

impl BorrowedClaims<'_> {
    /// A copy that belongs to the caller.
    #[must_use]
    pub fn to_owned(&self) -> AccessTokenClaims {
        AccessTokenClaims {
            iss: self.iss.to_owned(),
            aud: self.aud.to_owned(),
            sub: self.sub.clone(),
            client_id: self.client_id.clone(),
            iat: self.iat,
            exp: self.exp,
            jti: self.jti.to_owned(),
            scope: self.scope.clone(),
            tenant: self.tenant.to_owned(),
            region: self.region.clone(),
            epoch: self.epoch,
        }
    }
}

impl<'a> From<&'a AccessTokenClaims> for BorrowedClaims<'a> {
    fn from(claims: &'a AccessTokenClaims) -> Self {
        Self {
            iss: &claims.iss,
            aud: &claims.aud,
            sub: &claims.sub,
            client_id: &claims.client_id,
            iat: claims.iat,
            exp: claims.exp,
            jti: &claims.jti,
            scope: &claims.scope,
            tenant: &claims.tenant,
            region: &claims.region,
            epoch: claims.epoch,
        }
    }
}

/// The same members in the same order, so that a token does not depend on who owned its claims.
impl Serialize for AccessTokenClaims {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        BorrowedClaims::from(self).serialize(serializer)
    }
}
