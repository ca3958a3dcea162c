//! The audit log: entries, the records they become, and reading them.

pub(crate) mod entry;
pub(crate) mod log;
pub(crate) mod record;
