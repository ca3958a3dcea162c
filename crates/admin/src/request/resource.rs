//! Requests about resources.

use std::time::Duration;

use jeton_protocol::{ResourceUri, ScopeName};
use serde::{Deserialize, Serialize};

use super::{Change, seconds};
use crate::value::{Algorithm, TokenFormat};

/// The settings of a new resource.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewResource {
    /// Its id, and the audience (`aud`) of its tokens in exactly this spelling.
    pub uri: ResourceUri,
    /// The display name.
    #[serde(default)]
    pub name: Option<String>,
    /// Its scopes, each with a description; at least one.
    pub scopes: Vec<(ScopeName, String)>,
    /// Pairs of its scopes: the first implies the second.
    #[serde(default)]
    pub implies: Vec<(ScopeName, ScopeName)>,
    /// The format of its tokens.
    #[serde(default)]
    pub token_format: TokenFormat,
    /// The algorithm its tokens are signed with.
    pub algorithm: Algorithm,
    /// The lifetime of its tokens, 1 s to 24 h.
    #[serde(default, with = "seconds")]
    pub token_ttl: Option<Duration>,
}

/// Changes to a resource. An empty list, `None` and [`Change::Keep`] change nothing.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ResourceUpdate {
    /// A new display name.
    #[serde(skip_serializing_if = "Change::is_keep")]
    pub name: Change<String>,
    /// Scopes to add, or whose description to replace.
    pub scopes: Vec<(ScopeName, String)>,
    /// Scopes to remove. Refused while an account is granted one of them.
    pub remove_scopes: Vec<ScopeName>,
    /// Implications to add.
    pub implies: Vec<(ScopeName, ScopeName)>,
    /// Implications to remove.
    pub remove_implies: Vec<(ScopeName, ScopeName)>,
    /// A new format. Tokens in the old format stay valid.
    pub token_format: Option<TokenFormat>,
    /// A new algorithm. The old one keeps signing until every verifier knows a key of the new one.
    pub algorithm: Option<Algorithm>,
    /// A new token lifetime; without one, that of the configuration applies.
    #[serde(with = "seconds::change", skip_serializing_if = "Change::is_keep")]
    pub token_ttl: Change<Duration>,
}
