//! Shared by the programs of the load scripts and the benchmarks: a store with many accounts, a token issuer, a client,
//! and a comparison of two distributions.

mod callers;
mod distribution;
mod feed_reader;
mod form_client;
mod idle_service;
mod population;
mod token_issuer;

pub use callers::read_callers;
pub use distribution::{Comparison, Interval, compare, quantile};
pub use feed_reader::FeedReader;
pub use form_client::{FormClient, FormResponse};
pub use idle_service::IdleService;
pub use population::{Caller, CallerKind, OPAQUE, Population, RESOURCES, SCOPE};
pub use token_issuer::TokenIssuer;

/// Any error, to be printed to the person who runs a measurement.
pub type Error = Box<dyn std::error::Error + Send + Sync>;
