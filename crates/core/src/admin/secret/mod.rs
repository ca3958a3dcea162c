//! Secrets: adding, rotating, watching and revoking them, and what to do after a leak.

pub(crate) mod add;
mod leak;
pub(crate) mod panic;
mod revoke;
mod watch;
