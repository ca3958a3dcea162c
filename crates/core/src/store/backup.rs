//! Copies of a whole store: what a backup and a restore are asked for, what they say, and why they fail.

use std::sync::atomic::{AtomicBool, Ordering};

use jeton_protocol::RegionName;
use thiserror::Error;

use super::OpenError;
use crate::model::Timestamp;

/// Watches a copy from outside.
#[derive(Debug)]
pub struct CopyWatch {
    stopped: AtomicBool,
    progress: fn(CopyProgress),
}

impl CopyWatch {
    /// `progress` is called after each step.
    #[must_use]
    pub fn new(progress: fn(CopyProgress)) -> Self {
        Self { stopped: AtomicBool::new(false), progress }
    }

    /// Ends the copy after the current step with [`BackupError::Stopped`].
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Reports a step.
    ///
    /// # Errors
    /// [`BackupError::Stopped`] after [`stop`](Self::stop).
    pub fn step(&self, progress: CopyProgress) -> Result<(), BackupError> {
        if self.stopped.load(Ordering::Relaxed) {
            return Err(BackupError::Stopped);
        }
        (self.progress)(progress);
        Ok(())
    }
}

/// How far a copy is, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CopyProgress {
    /// Copied before this step.
    pub before: u64,
    /// Copied so far.
    pub copied: u64,
    /// In all.
    pub total: u64,
}

/// What a restore is asked for.
#[derive(Debug, Clone)]
pub struct RestoreOptions {
    /// Replace a store that is there.
    pub force: bool,
    /// Leave the epochs as they are in the backup.
    pub keep_tokens: bool,
    /// The time of the restore.
    pub at: Timestamp,
    /// For the audit log.
    pub actor: String,
}

/// What a restore did.
#[derive(Debug, Clone)]
pub struct Restored {
    /// The migrations that the backup lacked.
    pub applied: Vec<String>,
    /// The regions and their epochs.
    pub regions: Vec<(RegionName, i64)>,
    /// Whether there was a store before.
    pub replaced: bool,
}

/// A backup or a restore that was not made. The store is as it was before, and no file is left.
#[derive(Debug, Error)]
pub enum BackupError {
    /// The store cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The file that was named is missing.
    #[error("{0}")]
    Missing(String),
    /// Something is in the way: a file, a store, or a process that uses the store.
    #[error("{0}")]
    Conflict(String),
    /// It cannot be read, written or used.
    #[error("{0}")]
    Failed(String),
    /// It was told to stop.
    #[error("the copy was stopped and removed")]
    Stopped,
}
