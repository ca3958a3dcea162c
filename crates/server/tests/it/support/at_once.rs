//! Requests that must be answered without waiting for anything.

use futures_util::future::poll_immediate;

/// The output of a request that is answered without waiting. The second poll is for the one turn that every answer lets
/// other requests have.
pub(crate) async fn at_once<F: Future + Unpin>(mut request: F) -> Option<F::Output> {
    match poll_immediate(&mut request).await {
        Some(answer) => Some(answer),
        None => poll_immediate(&mut request).await,
    }
}
