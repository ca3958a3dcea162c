//! Keeps the background tasks running: a task that ends or panics is reported and started again.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::time::sleep;
use tracing::{error, info};

use crate::oauth::gateway::Gateway;

macro_rules! tasks {
    ($($task:ident => $name:literal, $needed:literal;)+) => {
        /// A background task of a node.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum BackgroundTask {
            $(#[doc = concat!("`", $name, "`")] $task,)+
        }

        impl BackgroundTask {
            /// All tasks.
            pub(crate) const ALL: &[Self] = &[$(Self::$task,)+];

            /// The name in logs and metrics.
            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$task => $name,)+
                }
            }

            /// Whether a promise of the node needs the task, so that the node is not ready without it.
            const fn is_needed(self) -> bool {
                match self {
                    $(Self::$task => $needed,)+
                }
            }
        }
    };
}

tasks! {
    Follow => "follow_changes", true;
    MaintainKeys => "maintain_keys", true;
    RecordUses => "record_uses", true;
    CheckStore => "check_store", true;
    ReportNode => "report_node", true;
    ExchangeAnnouncements => "exchange_announcements", false;
    Rehash => "rehash", false;
    Prune => "prune", false;
    SummarizeRevocations => "summarize_revocations", false;
    ReadIds => "read_ids", false;
    CountExpiring => "count_expiring", false;
    LogLeftOut => "log_left_out", false;
    WatchCertificate => "watch_certificate", false;
}

/// Which tasks are down at the moment: started, then ended or panicked, and not yet running again.
#[derive(Debug, Default)]
pub(crate) struct TasksDown(AtomicU64);

impl TasksDown {
    fn set(&self, task: BackgroundTask, is_down: bool) {
        let bit = 1 << task as u32;
        if is_down {
            self.0.fetch_or(bit, Ordering::SeqCst)
        } else {
            self.0.fetch_and(!bit, Ordering::SeqCst)
        };
    }

    /// The first task that is down and that a promise of the node needs.
    pub(crate) fn needed(&self) -> Option<BackgroundTask> {
        let down = self.0.load(Ordering::SeqCst);
        let is_down = |task: &&BackgroundTask| task.is_needed() && down & (1 << **task as u32) != 0;
        BackgroundTask::ALL.iter().find(is_down).copied()
    }
}

/// Runs `task` until this future is dropped. Starts it again, a second later, when it ends or panics: no task ends by
/// itself, so either is a defect.
pub(super) async fn supervise<F>(gateway: Arc<Gateway>, task: BackgroundTask, run: impl Fn(Arc<Gateway>) -> F)
where
    F: Future<Output = ()>,
{
    loop {
        let ended = AssertUnwindSafe(run(Arc::clone(&gateway))).catch_unwind().await;
        gateway.tasks_down.set(task, true);
        gateway.metrics.task_restarted(task);
        let how = if ended.is_ok() { "ended" } else { "panicked" };
        error!(task = task.name(), "a background task {how}; it will start again");
        sleep(RESTART_AFTER).await;
        gateway.tasks_down.set(task, false);
        info!(task = task.name(), "the background task runs again");
    }
}

const RESTART_AFTER: Duration = Duration::from_secs(1);
