//! Waiting, with a limit.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::WalkError;

/// Waits until something is so. A change takes effect within a second, not at once.
///
/// # Errors
/// [`WalkError::Claim`] if it takes too long, and errors of `is_so`.
pub(crate) async fn until(
    what: &str,
    mut is_so: impl AsyncFnMut() -> Result<bool, WalkError>,
) -> Result<(), WalkError> {
    let began = Instant::now();
    while began.elapsed() < AMPLE {
        if is_so().await? {
            return Ok(());
        }
        sleep(POLL).await;
    }
    Err(WalkError::Claim(format!("{what}; it did not within {AMPLE:?}")))
}

const POLL: Duration = Duration::from_millis(25);
/// Only a failing walk waits as long.
const AMPLE: Duration = Duration::from_secs(20);
