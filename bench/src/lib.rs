//! What the scripts' programs and the benches share: a store that is full of accounts, an issuer of tokens, a client, and
//! what two distributions tell of each other.

mod distribution;
mod form_client;
mod idle_service;
mod population;
mod token_issuer;

pub use distribution::{Comparison, Interval, compare, quantile};
pub use form_client::{FormAnswer, FormClient};
pub use idle_service::IdleService;
pub use population::{Caller, CallerKind, OPAQUE, Population, RESOURCES, SCOPE};
pub use token_issuer::TokenIssuer;

/// What went wrong, for whoever runs a measurement.
pub type Error = Box<dyn std::error::Error + Send + Sync>;
