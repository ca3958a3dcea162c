//! The database: where it is, its schema, and the connections to it.

pub(crate) mod connect;
pub(crate) mod error;
mod inspect;
pub(crate) mod location;
mod lock_wait;
pub(crate) mod migrations;
mod open;
mod retry;
