//! What resource servers are told about revocations, so that they can check JWTs themselves (decision 0012).
//!
//! Start at [`answer`].

pub(crate) mod answer;
pub(crate) mod changes;
pub(crate) mod documents;
mod freshness;
