//! What resource servers are told about revocations, so that they can check JWTs themselves (decision 0012).
//!
//! Start at [`answer`].

pub(crate) mod answer;
pub(crate) mod documents;
pub(crate) mod raised_epochs;
pub(crate) mod revoked_by_audience;
pub(crate) mod version;
