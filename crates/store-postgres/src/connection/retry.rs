//! Repeats a write that the server rolled back because of other transactions.
//!
//! This is the only place that does so. It must not know what is written.

use std::sync::atomic::Ordering;

use jeton_core::store::{Locked, StoreError};

use crate::PostgresStore;
use crate::connection::error::{DEADLOCK, SERIALIZATION_FAILURE, sqlstate};
use crate::connection::lock_wait::{explained_in_store, with_notice};

impl PostgresStore {
    /// Runs a transaction that writes, and repeats it if the server chose it as the victim of a deadlock or could not
    /// serialize it. Then nothing of it was stored. `attempt` is the whole transaction, from its beginning to its commit.
    pub(crate) async fn write<T, F, Fut>(&self, attempt: F) -> Result<T, StoreError>
    where
        F: FnMut() -> Fut + Send,
        Fut: Future<Output = Result<T, StoreError>> + Send,
    {
        let wait = self.lock_wait;
        let had_written = self.has_written.load(Ordering::Relaxed);
        let done = with_notice(wait, repeated(attempt)).await;
        self.has_written.store(true, Ordering::Relaxed);
        let locked = if had_written { Locked::Later } else { Locked::First };
        done.map_err(|error| explained_in_store(wait, error, locked))
    }
}

async fn repeated<T, F, Fut>(mut attempt: F) -> Result<T, StoreError>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, StoreError>>,
{
    for _ in 1..ATTEMPTS {
        match attempt().await {
            Err(error) if was_rolled_back_for_others(&error) => {}
            done => return done,
        }
    }
    attempt().await
}

fn was_rolled_back_for_others(error: &StoreError) -> bool {
    let StoreError::Unavailable(source) = error else { return false };
    let state = source.downcast_ref::<sqlx::Error>().and_then(sqlstate);
    matches!(state.as_deref(), Some(SERIALIZATION_FAILURE | DEADLOCK))
}

const ATTEMPTS: usize = 4;
