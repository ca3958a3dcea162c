//! Backup, restore and copy of a whole store: options, progress, results and errors.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jeton_protocol::RegionName;
use thiserror::Error;
use tokio::sync::Notify;

use super::OpenError;
use crate::model::{Actor, Timestamp};

/// Observes and stops a running copy.
pub struct CopyMonitor {
    stopped: AtomicBool,
    stop: Notify,
    current: Mutex<CopyProgress>,
    progress: Box<dyn Fn(CopyProgress) + Send + Sync>,
}

impl CopyMonitor {
    /// Creates a monitor that calls `progress` after each step.
    #[must_use]
    pub fn new(progress: impl Fn(CopyProgress) + Send + Sync + 'static) -> Self {
        let current = CopyProgress { phase: CopyPhase::Rows, before: 0, copied: 0, total: 0 };
        Self {
            stopped: AtomicBool::new(false),
            stop: Notify::new(),
            current: Mutex::new(current),
            progress: Box::new(progress),
        }
    }

    /// Stops the copy after the current step with [`BackupError::Stopped`], or before that if the step hangs.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        self.stop.notify_one();
    }

    /// The result of `work`, or [`BackupError::Stopped`] after [`stop`](Self::stop). One call at a time.
    pub(super) async fn unless_stopped<T>(
        &self,
        work: impl Future<Output = Result<T, BackupError>>,
    ) -> Result<T, BackupError> {
        tokio::select! {
            biased;
            done = work => done,
            () = self.stop.notified() => Err(BackupError::Stopped),
        }
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

    /// Begins a phase that is counted in rows.
    pub(super) fn begin(&self, phase: CopyPhase, total: u64) {
        *self.current() = CopyProgress { phase, before: 0, copied: 0, total };
    }

    /// Reports a step of the current phase.
    pub(super) fn rows(&self, count: usize) -> Result<(), BackupError> {
        let progress = {
            let mut current = self.current();
            current.before = current.copied;
            current.copied += u64::try_from(count).unwrap_or_default();
            *current
        };
        self.step(progress)
    }

    fn current(&self) -> MutexGuard<'_, CopyProgress> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for CopyMonitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CopyMonitor").field("current", &self.current()).finish_non_exhaustive()
    }
}

/// The progress of a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CopyProgress {
    /// What is counted.
    pub phase: CopyPhase,
    /// What was copied before this step.
    pub before: u64,
    /// What was copied so far.
    pub copied: u64,
    /// The total. The source may grow beyond it.
    pub total: u64,
}

/// The part of a copy that is running, and the unit of its progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyPhase {
    /// A file is copied; bytes.
    File,
    /// All rows are copied; rows.
    Rows,
    /// Rows are compared with what was copied, while the source is being changed; rows.
    Changes,
    /// As [`Changes`](Self::Changes), while the source refuses changes; rows.
    LastChanges,
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

/// Why a backup, a restore or a copy failed. The store is unchanged and no file is left behind, unless it is
/// [`OutcomeUnknown`](Self::OutcomeUnknown).
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
    /// The last step may have been executed: the store holds either all of the copy or what it held before.
    #[error("{0}")]
    OutcomeUnknown(String),
    /// [`CopyMonitor::stop`] was called.
    #[error("the copy was stopped and removed")]
    Stopped,
}
