//! Checking what is asked of the audit log, and verifying it.

pub(crate) mod chain;
pub(crate) mod filter;
pub(crate) mod summaries;
pub(crate) mod verify;
