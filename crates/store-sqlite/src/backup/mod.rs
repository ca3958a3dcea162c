//! Backup and restore.

pub(crate) mod back_up;
pub(crate) mod copy;
pub(crate) mod restore;
mod restored_epochs;
pub(crate) mod stage;
