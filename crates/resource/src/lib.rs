//! For resource servers: APIs and MCP servers that are called with access tokens.
//!
//! [`Validator`] decides whether a token is valid, [`BearerLayer`] uses it to protect a tower or axum service,
//! [`ProtectedResource`] tells clients which issuer to use, and [`TokenSource`] fetches tokens for a service that
//! calls other services. This crate works with any issuer that follows the RFCs. It must not know how an issuer works
//! internally.
//!
#![cfg_attr(feature = "axum", doc = include_str!("../docs/protect-an-api.md"))]

mod call_others;
mod feed;
mod protect;
mod token;
mod validate;

pub use call_others::client_credentials::ClientCredentials;
pub use call_others::fetch_error::{FetchError, SendError};
pub use call_others::fetched_token::FetchedToken;
pub use call_others::token_source::TokenSource;
pub use call_others::token_source_builder::TokenSourceBuilder;
pub use feed::follow::StaleFeedPolicy;
pub use jeton_fetch::{Clock, Outage};
pub use protect::layer::BearerLayer;
#[cfg(any(feature = "axum", feature = "tonic"))]
pub use protect::missing_token::MissingBearerLayer;
pub use protect::protected_resource::ProtectedResource;
pub use protect::service::{BearerFuture, BearerService};
pub use token::validated::Token;
pub use validate::rejection::{Rejection, TokenFault};
pub use validate::validator::Validator;
pub use validate::validator_builder::{BuildError, ValidatorBuilder};
