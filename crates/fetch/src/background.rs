//! Work that continues after the request that started it, for a bounded time.

use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::timeout;

use crate::Outage;

/// Runs the work in the background, for at most [`LONGEST_TASK`]. Drops it outside a tokio runtime.
pub fn spawn(work: impl Future<Output = ()> + Send + 'static) {
    if let Ok(runtime) = Handle::try_current() {
        // If nobody waits for the work any more, only this limit ends it.
        runtime.spawn(async { timeout(LONGEST_TASK, work).await });
    }
}

/// Runs the work for at most [`LONGEST_TASK`] and waits for it. The work continues if the caller is cancelled.
///
/// # Errors
/// [`Outage::Interrupted`], if the work takes too long or panics, or the runtime shuts down.
pub async fn run_to_completion<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, Outage> {
    match tokio::spawn(async { timeout(LONGEST_TASK, work).await }).await {
        Ok(Ok(result)) => Ok(result),
        Ok(Err(_)) | Err(_) => Err(Outage::Interrupted),
    }
}

/// How long a task may run after the request that started it. Its own requests have shorter timeouts, which together
/// stay below this limit unless the issuer is very slow.
pub const LONGEST_TASK: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    fn alive_tasks() -> usize {
        Handle::current().metrics().num_alive_tasks()
    }

    #[tokio::test(start_paused = true)]
    async fn work_that_never_ends_is_dropped_after_the_limit() {
        let began = tokio::time::Instant::now();
        assert_eq!(run_to_completion(pending::<()>()).await, Err(Outage::Interrupted));
        assert_eq!((began.elapsed().as_secs(), alive_tasks()), (LONGEST_TASK.as_secs(), 0));
    }

    #[tokio::test(start_paused = true)]
    async fn work_ends_within_the_limit_although_its_requester_has_gone() {
        let requester = tokio::spawn(run_to_completion(pending::<()>()));
        spawn(pending());
        tokio::time::sleep(Duration::from_secs(1)).await;
        requester.abort();
        assert!(requester.await.is_err());
        assert_eq!(alive_tasks(), 2);
        tokio::time::sleep(LONGEST_TASK).await;
        assert_eq!(alive_tasks(), 0);
    }

    #[tokio::test]
    async fn a_panic_of_the_work_is_an_outage() {
        let panics = async { panic!("a defect") };
        assert_eq!(run_to_completion::<()>(panics).await, Err(Outage::Interrupted));
    }

    #[test]
    fn work_outside_a_runtime_is_dropped() {
        let (sender, receiver) = std::sync::mpsc::channel::<()>();
        spawn(async move { drop(sender) });
        assert!(receiver.recv().is_err());
    }
}
