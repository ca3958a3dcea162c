//! How many accounts lose their last secret soon: for whoever watches the node.

use std::time::Duration;

use crate::authorization_server::AuthorizationServer;
use crate::store::{ExpiringSecretPage, StoreError};

impl AuthorizationServer {
    /// How many accounts have no secret any more after `within` from now, unless they get another one; those without
    /// one already are not counted.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub async fn count_expiring_secrets(&self, within: Duration) -> Result<u64, StoreError> {
        let now = self.clock.now();
        let mut page = ExpiringSecretPage { now, until: now.after(within), after: None, limit: PAGE };
        let mut count = 0;
        loop {
            let ending = self.store.list_expiring_secrets(&page).await?;
            count += ending.len() as u64;
            match ending.last() {
                Some(last) if ending.len() >= PAGE as usize => {
                    page.after = Some((last.expires_at, last.credential.clone()));
                }
                Some(_) | None => return Ok(count),
            }
        }
    }
}

const PAGE: u32 = 500;
