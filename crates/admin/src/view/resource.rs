//! Resources as JSON.

use jeton_protocol::{ResourceUri, ScopeName};
use serde::Serialize;

use crate::value::{Algorithm, Timestamp, TokenFormat};

/// A resource.
#[derive(Debug, Clone, Serialize)]
pub struct ResourceView {
    /// Its URI.
    pub uri: ResourceUri,
    /// The display name.
    pub name: Option<String>,
    /// Its scopes.
    pub scopes: Vec<ScopeView>,
    /// The format of its tokens.
    pub token_format: TokenFormat,
    /// The algorithm that signs its tokens.
    pub algorithm: Algorithm,
    /// The lifetime of its tokens in seconds, if it is not the default.
    pub token_ttl: Option<u64>,
    /// When it was created.
    pub created_at: Timestamp,
}

/// A scope of a resource.
#[derive(Debug, Clone, Serialize)]
pub struct ScopeView {
    /// Its name.
    pub name: ScopeName,
    /// The description for people: what the scope allows.
    pub text: String,
    /// The scopes that it implies directly.
    pub implies: Vec<ScopeName>,
}
