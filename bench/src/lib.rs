//! What the load scripts' programs and the benches share: a store that is full of accounts, and an issuer of tokens.

mod idle_service;
mod population;
mod token_issuer;

pub use idle_service::IdleService;
pub use population::{Caller, OPAQUE, Population, RESOURCES, SCOPE};
pub use token_issuer::TokenIssuer;

/// What went wrong, for whoever runs a measurement.
pub type Error = Box<dyn std::error::Error + Send + Sync>;
