//! Follows the issuer's revocation feed.

pub(crate) mod follow;
mod raised_epochs;
mod revoked;
mod revoked_tokens;
