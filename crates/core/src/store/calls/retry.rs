//! Writes that depend on what was read: read, decide, write, and start again if another writer was faster.
//!
//! Decides only how often. Must not know what is written.

use crate::store::{Conflict, StoreError};

/// How one attempt ended.
#[derive(Debug)]
pub(crate) enum Attempt<T> {
    /// The result is final: it was written, or no write was needed.
    Done(T),
    /// Another writer changed the value after it was read.
    Stale,
}

impl<T> Attempt<T> {
    /// The attempt whose write ended with `written`, and that results in `value`.
    pub(crate) fn of(written: Result<(), StoreError>, value: T) -> Result<Self, StoreError> {
        match written {
            Ok(()) => Ok(Self::Done(value)),
            Err(StoreError::Conflict(Conflict::Stale)) => Ok(Self::Stale),
            Err(error) => Err(error),
        }
    }
}

/// Repeats `attempt` until it is done. Each attempt must read the value again, so that concurrent changes are kept.
///
/// # Errors
/// The error of an attempt, or [`Conflict::Stale`] if other writers were faster every time.
pub(crate) async fn retry_when_stale<T, E, F>(mut attempt: impl FnMut() -> F) -> Result<T, E>
where
    F: Future<Output = Result<Attempt<T>, E>>,
    E: From<StoreError>,
{
    for _ in 0..ATTEMPTS {
        if let Attempt::Done(value) = attempt().await? {
            return Ok(value);
        }
    }
    Err(StoreError::Conflict(Conflict::Stale).into())
}

const ATTEMPTS: usize = 8;

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// The result after `stale` attempts that another writer spoiled, and the number of attempts.
    async fn after(stale: usize) -> (Result<&'static str, StoreError>, usize) {
        let attempts = Cell::new(0);
        let result = retry_when_stale(|| async {
            attempts.set(attempts.get() + 1);
            let conflict = Err(StoreError::Conflict(Conflict::Stale));
            Attempt::of(if attempts.get() > stale { Ok(()) } else { conflict }, "written")
        });
        (result.await, attempts.get())
    }

    #[tokio::test]
    async fn a_stale_write_is_repeated() {
        for stale in [0, 1, ATTEMPTS - 1] {
            assert!(matches!(after(stale).await, (Ok("written"), attempts) if attempts == stale + 1));
        }
    }

    #[tokio::test]
    async fn it_gives_up_when_others_are_always_faster() {
        let (result, attempts) = after(usize::MAX).await;
        assert!(matches!(result, Err(StoreError::Conflict(Conflict::Stale))));
        assert_eq!(attempts, ATTEMPTS);
    }

    #[tokio::test]
    async fn another_error_is_not_repeated() {
        let mut attempts = 0;
        let result: Result<(), StoreError> = retry_when_stale(|| {
            attempts += 1;
            async { Attempt::of(Err(StoreError::Conflict(Conflict::InUse)), ()) }
        })
        .await;
        assert!(matches!(result, Err(StoreError::Conflict(Conflict::InUse))));
        assert_eq!(attempts, 1);
    }
}
