//! Access tokens: their claims, and their two forms, a signed JWT and a sealed opaque text.

pub(crate) mod access_token;
pub(crate) mod claims;
pub(crate) mod epochs;
pub(crate) mod sealed_token;
