//! The token request: resource, scope, claims, and the token that is issued.
//!
//! Start at [`client_credentials`].

mod binding;
pub(crate) mod claims;
pub(crate) mod client_credentials;
pub(crate) mod mint;
mod resource;
pub(crate) mod scope;
pub(crate) mod state_machine;
