//! Resources as JSON.

use jeton_protocol::{ClientId, ResourceUri, ScopeName};
use serde::Serialize;

use crate::value::{Algorithm, TenantName, Timestamp, TokenFormat};

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

/// Which accounts of the region may use a resource. Each list has the first accounts in the order of their client ids.
#[derive(Debug, Clone, Serialize)]
pub struct ResourceUsersView {
    /// The accounts that may request its scopes.
    pub granted_to: Vec<ResourceGrantView>,
    /// How many accounts may request its scopes.
    pub granted_to_count: u64,
    /// The accounts that may introspect its tokens.
    pub introspected_by: Vec<ResourceIntrospectorView>,
    /// How many accounts may introspect its tokens.
    pub introspected_by_count: u64,
}

/// An account that may request scopes of a resource.
#[derive(Debug, Clone, Serialize)]
pub struct ResourceGrantView {
    /// Its client id.
    pub client_id: ClientId,
    /// Its name.
    pub name: String,
    /// The tenant that owns it.
    pub tenant: TenantName,
    /// The granted scopes, without implied ones.
    pub scopes: Vec<ScopeName>,
}

/// An account that may introspect the tokens of a resource.
#[derive(Debug, Clone, Serialize)]
pub struct ResourceIntrospectorView {
    /// Its client id.
    pub client_id: ClientId,
    /// Its name.
    pub name: String,
    /// The tenant that owns it.
    pub tenant: TenantName,
}
