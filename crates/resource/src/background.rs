//! Work that outlives the request that began it.

use tokio::runtime::Handle;

use crate::rejection::Outage;

/// Does it beside everything else; outside a tokio runtime not at all.
pub(crate) fn spawn(work: impl Future<Output = ()> + Send + 'static) {
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(work);
    }
}

/// Waits for it, and lets it go on when the one who waits goes away.
pub(crate) async fn finish<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, Outage> {
    // Its only errors are a panic in it and the end of the runtime.
    tokio::spawn(work).await.map_err(|_| Outage::Busy)
}
