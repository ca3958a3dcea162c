//! What an account may do: grants and introspection rights.

use jeton_protocol::{ResourceUri, Scope};
use serde::{Deserialize, Serialize};

/// Grants and introspection rights to add to an account or to remove from it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Entitlement {
    /// The resource of the scopes. `None`: the only resource that has all of them.
    pub resource: Option<ResourceUri>,
    /// The scopes the account may request.
    pub scope: Option<Scope>,
    /// The resources whose tokens the account may introspect.
    pub introspects: Vec<ResourceUri>,
}
