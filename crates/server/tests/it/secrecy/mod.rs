//! What must never be seen, and what labels may say.

mod audit;
mod canaries;
mod metrics;
mod short_secrets;
