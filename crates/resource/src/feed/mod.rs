//! Follows the issuer's revocation feed.

pub(crate) mod follow;
mod revoked;
