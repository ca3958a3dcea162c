//! Verifying the audit log.

pub(crate) mod chain;
pub(crate) mod verify;
