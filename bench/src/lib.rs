//! What the load script's programs and the benches share: a store that is full of accounts.

mod population;

pub use population::{Caller, OPAQUE, Population, RESOURCES, SCOPE};

/// What went wrong, for whoever runs a measurement.
pub type Error = Box<dyn std::error::Error + Send + Sync>;
