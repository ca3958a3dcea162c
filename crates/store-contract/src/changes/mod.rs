//! The audit log and the change feed, which are one list.

pub(crate) mod audit_log;
pub(crate) mod change_feed;
pub(crate) mod snapshots;
