//! Backup and restore.

pub(crate) mod back_up;
mod copy;
pub(crate) mod restore;
mod restored_epochs;
