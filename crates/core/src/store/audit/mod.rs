//! The audit log: entries, the records they become, and reading them.

pub(crate) mod action;
pub(crate) mod entry;
pub(crate) mod log;
mod named;
pub(crate) mod record;
pub(crate) mod subject_kind;
