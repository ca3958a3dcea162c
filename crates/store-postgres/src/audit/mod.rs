//! The audit log, which is also the change feed.

mod batch;
mod changes;
mod ends;
mod log;
pub(crate) mod record;
