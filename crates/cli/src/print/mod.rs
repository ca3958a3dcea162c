//! What commands print: data to stdout, messages to stderr, secrets once.

pub(crate) mod escape;
pub(crate) mod explanation;
pub(crate) mod handover;
pub(crate) mod output;
pub(crate) mod progress;
pub(crate) mod secret_output;
