//! Placeholder.

pub mod config;
pub mod listen;
pub mod logging;
