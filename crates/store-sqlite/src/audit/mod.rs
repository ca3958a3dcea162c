//! The audit log, which is also the change feed.

mod changes;
mod log;
pub(crate) mod record;
