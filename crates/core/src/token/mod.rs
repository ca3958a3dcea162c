//! Issued tokens: sealing, verification, introspection and revocation.

pub(crate) mod check;
pub(crate) mod client_revocations;
pub(crate) mod introspect;
pub(crate) mod introspected_tokens;
mod introspection_jwt;
pub(crate) mod invalid_token_limit;
pub(crate) mod revocation;
pub(crate) mod revocation_limit;
pub(crate) mod revoke;
pub(crate) mod seal;
mod sealed_claims;
pub(crate) mod verify;
