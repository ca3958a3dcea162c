//! A token request that is only simulated.

use serde::{Deserialize, Serialize};

use crate::value::{CallerAddress, CredentialId};

/// The parameters of a simulated token request.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SimulatedRequest {
    /// The secret that the client would use; `None` skips the checks of the secret.
    pub secret: Option<CredentialId>,
    /// The parameter `scope`, as a client would send it.
    pub scope: Option<String>,
    /// The parameter `resource`.
    pub resource: Option<String>,
    /// The address of the client; `None` skips the checks of allowed networks.
    pub from: Option<CallerAddress>,
}
