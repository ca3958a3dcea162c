//! What a node does beside serving: it hears what others changed, tends keys, writes down, hashes anew, forgets, reports.
//!
//! [`Background`] is all of it; the single tasks are here for those who run only some.

mod check_store;
mod count_expiring;
mod follow;
mod prune;
mod record_uses;
mod rehash;
mod report_node;
mod tend_keys;
mod watch_certificate;

use std::sync::Arc;

use tokio::task::JoinSet;

use crate::gateway::Gateway;
use crate::listen::ServerCertificate;

pub use check_store::check_store;
pub use count_expiring::count_expiring;
pub use follow::follow;
pub use prune::prune;
pub use record_uses::record_uses;
pub use rehash::rehash;
pub use report_node::report_node;
pub(crate) use report_node::report_once;
pub use tend_keys::tend_keys;
pub(crate) use watch_certificate::tell as tell_of_certificate;
pub use watch_certificate::watch_certificate;

/// The tasks of one node. Dropped, they end.
#[derive(Debug)]
pub struct Background {
    gateway: Arc<Gateway>,
    tasks: JoinSet<()>,
}

impl Background {
    /// Starts all of them. Whoever mounts the endpoints in another app keeps this for as long as it serves.
    #[must_use]
    pub fn start(gateway: &Arc<Gateway>) -> Self {
        let mut tasks = JoinSet::new();
        tasks.spawn(follow(Arc::clone(gateway)));
        tasks.spawn(tend_keys(Arc::clone(gateway)));
        tasks.spawn(record_uses(Arc::clone(gateway)));
        tasks.spawn(rehash(Arc::clone(gateway)));
        tasks.spawn(prune(Arc::clone(gateway)));
        tasks.spawn(check_store(Arc::clone(gateway)));
        tasks.spawn(count_expiring(Arc::clone(gateway)));
        tasks.spawn(report_node(Arc::clone(gateway)));
        Self { gateway: Arc::clone(gateway), tasks }
    }

    /// And one more, for a listener that speaks TLS.
    pub fn watch(&mut self, certificate: Arc<ServerCertificate>) {
        self.tasks.spawn(watch_certificate(Arc::clone(&self.gateway), certificate));
    }

    /// Ends them, and writes down what is left to be written and that the node stops, if the store takes it soon.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
        record_uses::record_last_uses(&self.gateway).await;
        report_node::remove_node(&self.gateway).await;
    }
}
