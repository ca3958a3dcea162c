//! Counts the accounts whose last secret expires soon, for metrics.

use std::time::Duration;

use crate::model::Timestamp;
use crate::store::{ExpiringSecretPage, Store, StoreError};

/// How many accounts have their last secret expire `within` from `now`. Accounts that have no active secret already are
/// not counted.
///
/// # Errors
/// [`StoreError`] when the store does not answer.
pub(crate) async fn count_expiring_secrets(
    store: &dyn Store,
    now: Timestamp,
    within: Duration,
) -> Result<u64, StoreError> {
    let until = now.after(within);
    let mut page = ExpiringSecretPage { now, until, tenant: None, after: None, limit: PAGE_SIZE };
    let mut count = 0;
    loop {
        let ending = store.list_expiring_secrets(&page).await?;
        count += ending.len() as u64;
        match ending.last() {
            Some(last) if ending.len() >= PAGE_SIZE as usize => {
                page.after = Some((last.expires_at, last.credential.clone()));
            }
            Some(_) | None => return Ok(count),
        }
    }
}

const PAGE_SIZE: u32 = 500;
