//! For resource servers: APIs and MCP servers that are called with access tokens.
//!
//! [`Validator`] decides whether a token is valid, [`BearerLayer`] uses it to protect a tower or axum service,
//! [`ProtectedResource`] tells clients which issuer to use, and [`TokenSource`] fetches tokens for a service that
//! calls other services. This crate works with any issuer that follows the RFCs. It must not know how an issuer works
//! internally.
//!
#![cfg_attr(feature = "axum", doc = include_str!("../../../docs/protect-an-api.md"))]

mod background;
mod bearer;
mod challenge;
mod claims;
mod client_credentials;
mod clock;
#[cfg(feature = "axum")]
mod cross_origin;
mod discovery;
#[cfg(feature = "axum")]
mod extract;
mod feed;
mod fetch_error;
mod fetched_token;
#[cfg(feature = "tonic")]
mod grpc;
mod guard;
mod implications;
mod introspection;
mod issuer;
mod jwt;
mod kept;
mod key_set;
mod keys;
mod layer;
mod local;
mod max_age;
mod outbound;
mod pace;
mod protected_resource;
mod recent;
mod rejection;
mod revoked;
mod rules;
mod said;
mod seen;
mod server_url;
mod service;
mod token;
mod token_response;
mod token_source;
mod token_source_builder;
#[cfg(any(feature = "axum", feature = "tonic"))]
mod unprotected;
mod validator;
mod validator_builder;
mod verifying_key;
mod well_known;

pub use client_credentials::ClientCredentials;
pub use clock::Clock;
pub use feed::StaleFeedPolicy;
pub use fetch_error::{FetchError, SendError};
pub use fetched_token::FetchedToken;
pub use layer::BearerLayer;
pub use protected_resource::ProtectedResource;
pub use rejection::{Outage, Rejection, TokenFault};
pub use service::{BearerFuture, BearerService};
pub use token::Token;
pub use token_source::TokenSource;
pub use token_source_builder::TokenSourceBuilder;
#[cfg(any(feature = "axum", feature = "tonic"))]
pub use unprotected::MissingBearerLayer;
pub use validator::Validator;
pub use validator_builder::{BuildError, ValidatorBuilder};
