//! The database file: whose it is, its schema, its lock, and the connections to it.

mod access;
pub(crate) mod connect;
mod earlier_versions;
pub(crate) mod error;
pub(crate) mod files;
pub(crate) mod identity;
mod inspect;
pub(crate) mod location;
pub(crate) mod lock_file;
pub(crate) mod lock_wait;
pub(crate) mod migrations;
mod obstacle;
mod open;
pub(crate) mod replaced;
