//! The background tasks of a node: follow the change feed, exchange announcements of changes, maintain keys, record last uses, rehash imported secrets,
//! remove expired revocations, summarize clients' revocations, read which ids exist, check the store, count expiring
//! secrets, report the node, and log how many refusals were left out of the log.
//!
//! [`Background`] runs all of them on a thread of their own, where no caller can delay them, and starts a task again that
//! ends or panics. The tasks are also public one by one, for programs that run only some.

mod check_store;
mod count_expiring;
mod exchange_announcements;
mod follow;
mod log_left_out;
mod maintain_keys;
mod prune;
mod read_ids;
mod record_uses;
mod rehash;
mod report_node;
mod summarize_revocations;
mod supervise;
mod watch_certificate;

use std::io;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::task::JoinSet;

use crate::listen::ServerCertificate;
use crate::oauth::gateway::Gateway;
use crate::runtime::RuntimeThread;
use supervise::supervise;

pub use check_store::check_store;
pub use count_expiring::count_expiring;
pub use exchange_announcements::exchange_announcements;
pub use follow::follow;
pub use log_left_out::log_left_out;
pub use maintain_keys::maintain_keys;
pub use prune::prune;
pub use read_ids::read_ids;
pub use record_uses::record_uses;
pub use rehash::rehash;
pub use report_node::report_node;
pub(crate) use report_node::report_once;
pub use summarize_revocations::summarize_revocations;
pub(crate) use supervise::{BackgroundTask, TasksDown};
pub(crate) use watch_certificate::report_reload as report_certificate_reload;
pub use watch_certificate::watch_certificate;

/// The tasks of one node, on the control thread. Dropping this value ends them.
#[derive(Debug)]
pub struct Background {
    gateway: Arc<Gateway>,
    tasks: JoinSet<()>,
    control: RuntimeThread,
}

impl Background {
    /// Starts all tasks. An app that mounts the endpoints itself must keep this value as long as it serves.
    ///
    /// # Errors
    /// The system refuses another thread.
    pub fn start(gateway: &Arc<Gateway>) -> io::Result<Self> {
        let control = RuntimeThread::start("jeton-control")?;
        let mut background = Self { gateway: Arc::clone(gateway), tasks: JoinSet::new(), control };
        background.spawn(BackgroundTask::Follow, follow);
        background.spawn(BackgroundTask::ExchangeAnnouncements, exchange_announcements);
        background.spawn(BackgroundTask::MaintainKeys, maintain_keys);
        background.spawn(BackgroundTask::RecordUses, record_uses);
        background.spawn(BackgroundTask::Rehash, rehash);
        background.spawn(BackgroundTask::Prune, prune);
        background.spawn(BackgroundTask::SummarizeRevocations, summarize_revocations);
        background.spawn(BackgroundTask::ReadIds, read_ids);
        background.spawn(BackgroundTask::CheckStore, check_store);
        background.spawn(BackgroundTask::CountExpiring, count_expiring);
        background.spawn(BackgroundTask::ReportNode, report_node);
        background.spawn(BackgroundTask::LogLeftOut, log_left_out);
        Ok(background)
    }

    /// Also watches the certificate files of a TLS listener.
    pub fn watch(&mut self, certificate: Arc<ServerCertificate>) {
        self.spawn(BackgroundTask::WatchCertificate, move |gateway| {
            watch_certificate(gateway, Arc::clone(&certificate))
        });
    }

    /// Spawns on the control thread, for a listener that callers of the public listener must not delay.
    pub(crate) fn control(&self) -> &Handle {
        self.control.handle()
    }

    /// Ends the tasks, then records the remaining last uses and removes the report of this node. Neither waits long for
    /// a store that does not answer.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
        log_left_out::log_once(&self.gateway);
        record_uses::record_remaining_uses(&self.gateway).await;
        report_node::remove_node(&self.gateway).await;
    }

    fn spawn<F>(&mut self, task: BackgroundTask, run: impl Fn(Arc<Gateway>) -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let supervised = supervise(Arc::clone(&self.gateway), task, run);
        self.tasks.spawn_on(supervised, self.control.handle());
    }
}
