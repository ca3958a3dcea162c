//! Administration of single tokens.

use async_trait::async_trait;
use jeton_protocol::PresentedToken;

use crate::authority::Authority;
use crate::error::AdminError;
use crate::request::SimulatedRequest;
use crate::view::{InspectedToken, RevokedToken, Simulation};

/// Inspects and revokes tokens of any account of the region, and simulates requests for them.
#[async_trait]
pub trait TokenAdministration: Send + Sync + std::fmt::Debug {
    /// The contents of a token, active or not, and whether it is active.
    async fn inspect_token(
        &self,
        by: &Authority,
        token: &PresentedToken,
    ) -> Result<InspectedToken, AdminError>;

    /// Simulates a token request of an account: the token it would get now, or why it would be refused. Writes nothing.
    async fn simulate_request(
        &self,
        by: &Authority,
        reference: &str,
        request: &SimulatedRequest,
    ) -> Result<Simulation, AdminError>;

    /// Revokes a token. Repeating it changes nothing.
    async fn revoke_token(&self, by: &Authority, token: &PresentedToken) -> Result<RevokedToken, AdminError>;
}
