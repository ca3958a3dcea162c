//! Storing accounts and the last uses of their secrets.

pub(crate) mod deletions;
pub(crate) mod expiring_secrets;
pub(crate) mod ids;
pub(crate) mod lists;
pub(crate) mod reads;
pub(crate) mod secret_uses;
pub(crate) mod unused_secrets;
pub(crate) mod writes;
