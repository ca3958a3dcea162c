//! Wire types of what the server answers.

pub(crate) mod description;
pub(crate) mod error;
pub(crate) mod introspection;
pub(crate) mod metadata;
pub(crate) mod name_digest;
pub(crate) mod revocation_feed;
pub(crate) mod truncation;
