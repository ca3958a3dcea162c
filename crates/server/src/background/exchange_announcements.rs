//! Sends and receives announcements of changes, if the store has any.

use std::sync::Arc;

use crate::oauth::gateway::Gateway;

/// Exchanges announcements with the other processes of the store until the task is aborted. Without this task, nodes learn
/// of each other's changes by polling.
pub async fn exchange_announcements(gateway: Arc<Gateway>) {
    gateway.server().directory().announcements().exchange_announcements().await;
}
