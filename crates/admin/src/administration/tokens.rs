//! Administration of single tokens.

use async_trait::async_trait;
use jeton_protocol::PresentedToken;

use crate::authority::Authority;
use crate::error::AdminError;
use crate::view::{InspectedToken, RevokedToken};

/// Inspects and revokes tokens of any account of the region.
#[async_trait]
pub trait TokenAdministration: Send + Sync + std::fmt::Debug {
    /// The contents of a token, active or not, and whether it is active.
    async fn inspect_token(
        &self,
        by: &Authority,
        token: &PresentedToken,
    ) -> Result<InspectedToken, AdminError>;

    /// Revokes a token. Repeating it changes nothing.
    async fn revoke_token(&self, by: &Authority, token: &PresentedToken) -> Result<RevokedToken, AdminError>;
}
