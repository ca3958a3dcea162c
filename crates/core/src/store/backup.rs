//! Backup and restore of a whole store: options, progress, results and errors.

use std::sync::atomic::{AtomicBool, Ordering};

use jeton_protocol::RegionName;
use thiserror::Error;

use super::OpenError;
use crate::model::{Actor, Timestamp};

/// Observes and stops a running copy.
#[derive(Debug)]
pub struct CopyMonitor {
    stopped: AtomicBool,
    progress: fn(CopyProgress),
}

impl CopyMonitor {
    /// Creates a monitor that calls `progress` after each step.
    #[must_use]
    pub fn new(progress: fn(CopyProgress)) -> Self {
        Self { stopped: AtomicBool::new(false), progress }
    }

    /// Stops the copy after the current step with [`BackupError::Stopped`].
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

/// The progress of a copy, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CopyProgress {
    /// The bytes copied before this step.
    pub before: u64,
    /// The bytes copied so far.
    pub copied: u64,
    /// The total.
    pub total: u64,
}

/// The options of a restore.
#[derive(Debug, Clone)]
pub struct RestoreOptions {
    /// Replace an existing store.
    pub force: bool,
    /// Keep the epochs of the backup, so that tokens issued before stay valid.
    pub keep_tokens: bool,
    /// The time of the restore.
    pub at: Timestamp,
    /// The actor in the audit record.
    pub actor: Actor,
}

/// The result of a restore.
#[derive(Debug, Clone)]
pub struct Restored {
    /// The migrations that were applied to the backup.
    pub applied: Vec<String>,
    /// The regions and their epochs.
    pub regions: Vec<(RegionName, i64)>,
    /// Whether an existing store was replaced.
    pub replaced: bool,
}

/// Why a backup or restore failed. The store is unchanged and no file is left behind.
#[derive(Debug, Error)]
pub enum BackupError {
    /// The store cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The given file does not exist.
    #[error("{0}")]
    Missing(String),
    /// Something is in the way: a file, a store, or a process that uses the store.
    #[error("{0}")]
    Conflict(String),
    /// It cannot be read, written or used.
    #[error("{0}")]
    Failed(String),
    /// [`CopyMonitor::stop`] was called.
    #[error("the copy was stopped and removed")]
    Stopped,
}
