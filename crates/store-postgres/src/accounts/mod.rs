//! Accounts with their grants and credentials.

mod account_store;
mod list;
pub(crate) mod locks;
pub(crate) mod names;
pub(crate) mod parts;
mod row;
mod secrets;
mod unused_secrets;
pub(crate) mod write;
