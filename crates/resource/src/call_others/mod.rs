//! Fetches tokens for a service that calls others.

pub(crate) mod client_credentials;
pub(crate) mod fetch_error;
pub(crate) mod fetched_token;
mod token_response;
pub(crate) mod token_source;
pub(crate) mod token_source_builder;
