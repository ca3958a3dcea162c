//! One handler per file: take the extracted request, call the core, respond.

pub(crate) mod authorize;
pub(crate) mod introspect;
pub(crate) mod jwks;
pub(crate) mod metadata;
pub(crate) mod operations;
pub(crate) mod refusals;
pub(crate) mod revocation_feed;
pub(crate) mod revoke;
pub(crate) mod token;
