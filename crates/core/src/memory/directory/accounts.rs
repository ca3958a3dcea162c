//! The cached accounts: how one is read, and when it must not be cached.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use jeton_protocol::ClientId;

use super::Directory;
use crate::model::{Account, TenantName};
use crate::refusal::Unavailable;
use crate::store::calls::deadline::with_deadline;
use crate::store::{Sequence, StoreError};

impl Directory {
    /// The account with this id, from the cache if possible.
    ///
    /// # Errors
    /// [`Unavailable`] when it is not cached and the store does not answer within a second.
    pub async fn account(&self, id: &ClientId) -> Result<Option<Arc<Account>>, Unavailable> {
        if let Some(known) = self.accounts.get(id) {
            return Ok(known);
        }
        // The deadline also applies to callers that wait for another caller's read. Otherwise they would queue up
        // behind failures.
        Ok(with_deadline(self.load_account(id)).await?)
    }

    /// Of many callers that request the same account at the same time one reads it and the others wait.
    async fn load_account(&self, id: &ClientId) -> Result<Option<Arc<Account>>, StoreError> {
        let guard = match self.accounts.get_value_or_guard_async(id).await {
            Ok(known) => return Ok(known),
            Err(guard) => guard,
        };
        let found = self.store.find_account(id, self.min_snapshot()).await?;
        let account = found.value.map(Arc::new);
        let is_ahead = |account: &Account| {
            let catalog = self.catalog.load();
            account.grants.keys().any(|uri| !catalog.resources.contains_key(uri))
        };
        // Do not read the catalog here: an id that exists would take longer than one that does not.
        if account.as_deref().is_some_and(is_ahead) {
            self.min_catalog.fetch_max(found.sequence.0, Ordering::SeqCst);
        }
        // Changes were applied during the read, and this account may lack them. It is not cached. Callers that wait for
        // the guard read again, because they may have called after the changes were applied.
        if self.is_outdated(found.sequence) {
            return Ok(account);
        }
        let _ = guard.insert(account.clone());
        // `apply` raises `evicted` before it evicts accounts. If it did so after the check above, it may have missed
        // this entry. The entry is then removed again; otherwise a disabled account would stay in the cache.
        if self.is_outdated(found.sequence) {
            self.accounts.remove(id);
        }
        Ok(account)
    }

    fn is_outdated(&self, snapshot: Sequence) -> bool {
        snapshot.0 < self.evicted.load(Ordering::SeqCst)
    }

    /// What a read of an account must include: all changes that this node has applied. During a gap there is no such
    /// position, because the store may count from a lower number; then no account is cached.
    fn min_snapshot(&self) -> Sequence {
        if self.evicted.load(Ordering::SeqCst) == i64::MAX { Sequence::START } else { self.position() }
    }

    /// The account with this id, if it is cached.
    #[must_use]
    pub fn cached_account(&self, id: &ClientId) -> Option<Arc<Account>> {
        self.accounts.peek(id).flatten()
    }

    pub(super) fn evict_accounts_of(&self, tenant: &TenantName) {
        self.accounts
            .retain(|_, account| account.as_ref().is_some_and(|account| &account.tenant.name != tenant));
    }
}
