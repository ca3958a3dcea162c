//! Checked string types: ids, names, scopes and URIs, and how a leaked secret is found in text.

pub mod base62;
pub(crate) mod client_id;
pub(crate) mod client_secret;
pub(crate) mod region_name;
pub(crate) mod resource_uri;
pub(crate) mod scope;
pub(crate) mod scope_name;
pub(crate) mod secret_scanner;
mod text;
