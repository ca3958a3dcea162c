//! Requests taken apart: the client's credentials and the request of each endpoint.
//!
//! Nothing here has been verified beyond its shape.

pub(crate) mod client;
pub(crate) mod introspection;
pub(crate) mod introspection_format;
pub(crate) mod media_range;
pub(crate) mod query;
pub(crate) mod revocation;
pub(crate) mod revocation_feed;
mod subject_token;
pub(crate) mod token;
