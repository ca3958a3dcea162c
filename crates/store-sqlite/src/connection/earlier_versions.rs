//! Migrations that a running process of an earlier version would not survive: it would go on without learning of
//! changes. Such a migration begins only when no other process has the database open.

use std::io;
use std::time::Duration;

use jeton_core::store::OpenError;
use tokio::time::sleep;

use crate::Location;
use crate::connection::error::{not_reached, unavailable};
use crate::connection::lock_file::StoreLock;
use crate::connection::migrations::pending;

/// The lock to hold for such a migration; `None` if none is pending, or if another process has just done it. Waits a
/// moment for processes to stop, and longer for another process that migrates.
///
/// # Errors
/// [`OpenError::Unavailable`] while other processes have the database open.
pub(super) async fn wait_until_unused(location: &Location) -> Result<Option<StoreLock>, OpenError> {
    let mut polls = 0;
    while is_needed(location).await? {
        let lock = StoreLock::exclusive(location.path()).map_err(|error| not_reached(location, error))?;
        if lock.is_some() {
            return Ok(lock);
        }
        // The lock can be shared, so nobody migrates: the others have the database open.
        let is_in_use = StoreLock::shared(location).is_ok();
        let limit = if is_in_use { FOR_OTHERS_TO_STOP } else { FOR_A_MIGRATION };
        if POLL_INTERVAL * polls >= limit {
            return Err(unavailable(location, io::Error::other(IN_USE)));
        }
        sleep(POLL_INTERVAL).await;
        polls += 1;
    }
    Ok(None)
}

/// Whether the database has data of a version that does not survive a pending migration.
async fn is_needed(location: &Location) -> Result<bool, OpenError> {
    let pending = pending(location).await?;
    let is_new = pending.iter().any(|migration| migration.version == FIRST);
    Ok(!is_new && pending.iter().any(|migration| migration.version == AUDIT_CHAINS))
}

const IN_USE: &str = "it needs a migration that no server or command of an earlier version survives, and another \
    process has it open; stop every server and command of an earlier version, then repeat this";

const FIRST: i64 = 1;
/// Earlier versions follow the audit log as one chain.
const AUDIT_CHAINS: i64 = 14;

const FOR_OTHERS_TO_STOP: Duration = Duration::from_secs(1);
const FOR_A_MIGRATION: Duration = Duration::from_mins(1);
const POLL_INTERVAL: Duration = Duration::from_millis(50);
