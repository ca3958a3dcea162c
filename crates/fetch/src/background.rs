//! Work that continues after the request that started it.

use tokio::runtime::Handle;

use crate::Outage;

/// Runs the work in the background. Does nothing outside a tokio runtime.
pub(crate) fn spawn(work: impl Future<Output = ()> + Send + 'static) {
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(work);
    }
}

/// Runs the work and waits for it. The work continues if the caller is cancelled.
///
/// # Errors
/// [`Outage::Busy`], if the work panics or the runtime shuts down.
pub async fn run_to_completion<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, Outage> {
    // A task fails only by a panic or by the shutdown of the runtime.
    tokio::spawn(work).await.map_err(|_| Outage::Busy)
}
