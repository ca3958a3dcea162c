//! Secrets must not appear in any output, and labels contain no input of callers.

mod audit;
mod canaries;
mod metrics;
mod short_secrets;
