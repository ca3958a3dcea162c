//! The background tasks of a node: follow the change feed, maintain keys, record last uses, rehash imported secrets,
//! remove expired revocations, check the store, count expiring secrets and report the node.
//!
//! [`Background`] runs all of them. The tasks are also public one by one, for programs that run only some.

mod check_store;
mod count_expiring;
mod follow;
mod maintain_keys;
mod prune;
mod record_uses;
mod rehash;
mod report_node;
mod watch_certificate;

use std::sync::Arc;

use tokio::task::JoinSet;

use crate::listen::ServerCertificate;
use crate::oauth::gateway::Gateway;

pub use check_store::check_store;
pub use count_expiring::count_expiring;
pub use follow::follow;
pub use maintain_keys::maintain_keys;
pub use prune::prune;
pub use record_uses::record_uses;
pub use rehash::rehash;
pub use report_node::report_node;
pub(crate) use report_node::report_once;
pub(crate) use watch_certificate::report_reload as report_certificate_reload;
pub use watch_certificate::watch_certificate;

/// The tasks of one node. Dropping this value aborts them.
#[derive(Debug)]
pub struct Background {
    gateway: Arc<Gateway>,
    tasks: JoinSet<()>,
}

impl Background {
    /// Starts all tasks. An app that mounts the endpoints itself must keep this value as long as it serves.
    #[must_use]
    pub fn start(gateway: &Arc<Gateway>) -> Self {
        let mut tasks = JoinSet::new();
        tasks.spawn(follow(Arc::clone(gateway)));
        tasks.spawn(maintain_keys(Arc::clone(gateway)));
        tasks.spawn(record_uses(Arc::clone(gateway)));
        tasks.spawn(rehash(Arc::clone(gateway)));
        tasks.spawn(prune(Arc::clone(gateway)));
        tasks.spawn(check_store(Arc::clone(gateway)));
        tasks.spawn(count_expiring(Arc::clone(gateway)));
        tasks.spawn(report_node(Arc::clone(gateway)));
        Self { gateway: Arc::clone(gateway), tasks }
    }

    /// Also watches the certificate files of a TLS listener.
    pub fn watch(&mut self, certificate: Arc<ServerCertificate>) {
        self.tasks.spawn(watch_certificate(Arc::clone(&self.gateway), certificate));
    }

    /// Ends the tasks, then records the remaining last uses and removes the report of this node. Neither waits long for
    /// a store that does not answer.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
        record_uses::record_remaining_uses(&self.gateway).await;
        report_node::remove_node(&self.gateway).await;
    }
}
