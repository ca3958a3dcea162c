//! The database: where it is, its schema, and the connections to it.

pub(crate) mod error;
mod executor;
mod inspect;
pub(crate) mod known;
pub(crate) mod location;
mod lock_wait;
pub(crate) mod migrations;
mod open;
pub(crate) mod pool;
mod pooler;
pub(crate) mod primary;
mod retry;
pub(crate) mod session;
pub(crate) mod transaction;
pub(crate) mod warnings;
