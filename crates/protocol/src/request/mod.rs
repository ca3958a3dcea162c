//! Requests taken apart: parameters, credentials and the requests of each endpoint.
//!
//! Nothing here has been verified beyond its shape.

pub(crate) mod authorization;
pub(crate) mod head;
pub(crate) mod introspection;
pub(crate) mod introspection_format;
pub(crate) mod limits;
pub(crate) mod malformed;
pub(crate) mod media_range;
pub(crate) mod parameters;
pub(crate) mod presented;
pub(crate) mod presented_assertion;
pub(crate) mod query;
pub(crate) mod revocation;
pub(crate) mod revocation_feed;
mod subject_token;
pub(crate) mod token;
