//! Decides whether a token is valid here: locally by the issuer's keys, or by asking the issuer.

mod flights;
mod introspection;
mod jwt;
mod local;
mod recent_tokens;
pub(crate) mod rejection;
mod rules;
mod seen_tokens;
pub(crate) mod validator;
pub(crate) mod validator_builder;
