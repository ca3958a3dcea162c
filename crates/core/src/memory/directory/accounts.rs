//! The cached accounts: how one is read, and when it must not be cached.

use std::sync::Arc;

use jeton_protocol::ClientId;

use super::{Directory, UNKNOWN};
use crate::memory::known_ids::Known;
use crate::model::{Account, CallerNetwork, TenantName};
use crate::refusal::Unavailable;
use crate::store::calls::deadline::read_with_deadline;
use crate::store::{Position, StoreError};

impl Directory {
    /// The account with this id, which a key of the region has confirmed, from the cache if possible.
    ///
    /// # Errors
    /// [`Unavailable`] when it is not cached and the store does not answer within a second.
    pub async fn account(&self, id: &ClientId) -> Result<Option<Arc<Account>>, Unavailable> {
        match self.remembered(id) {
            Remembered::Account(account) => return Ok(Some(account)),
            Remembered::Absence => return Ok(None),
            Remembered::Nothing => {}
        }
        // The deadline also applies to callers that wait for another caller's read. Otherwise they would queue up
        // behind failures.
        Ok(read_with_deadline(self.load_account(id)).await?)
    }

    /// The account with this id, which a caller from `network` claims to have. An id that does not exist is not looked
    /// up, except a few times a second: its account may have been created after the last read of the change feed.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer within a second, or when too many ids are being looked up of which
    /// this node does not know yet whether they exist.
    pub(crate) async fn account_of_caller(
        &self,
        id: &ClientId,
        network: CallerNetwork,
    ) -> Result<Option<Arc<Account>>, Unavailable> {
        match self.remembered(id) {
            Remembered::Account(account) => return Ok(Some(account)),
            Remembered::Absence => return Ok(None),
            Remembered::Nothing => {}
        }
        let place = match self.known_ids.find(id) {
            Known::Yes => None,
            Known::No if !self.lookups.may_look_up_unknown(network, self.clock.monotonic()) => {
                return Ok(None);
            }
            Known::No | Known::Undecided => {
                Some(self.lookups.enter(network).ok_or(Unavailable::TooManyLookups)?)
            }
        };
        let read = async {
            let _turn = match &place {
                Some(place) => place.turn().await,
                None => None,
            };
            self.load_account(id).await
        };
        Ok(read_with_deadline(read).await?)
    }

    fn remembered(&self, id: &ClientId) -> Remembered {
        match self.accounts.get(id) {
            Some(account) => Remembered::Account(account),
            None if self.absent.get(id).is_some() => Remembered::Absence,
            None => Remembered::Nothing,
        }
    }

    /// Of many callers that request the same account at the same time one reads it and the others wait.
    async fn load_account(&self, id: &ClientId) -> Result<Option<Arc<Account>>, StoreError> {
        let guard = match self.accounts.get_value_or_guard_async(id).await {
            Ok(known) => return Ok(Some(known)),
            Err(guard) => guard,
        };
        // The caller that held the guard before may have found that there is no account.
        if self.absent.get(id).is_some() {
            return Ok(None);
        }
        let found = self.store.find_account(id, self.min_snapshot()).await?;
        let account = found.value.map(Arc::new);
        let is_ahead = |account: &Account| self.catalog.load().lacks_resource_of(account);
        // Do not read the catalog here: an id that exists would take longer than one that does not.
        if account.as_deref().is_some_and(is_ahead) {
            self.min_catalog.raise(found.position);
        }
        // Changes were applied during the read, and this account may lack them. It is not cached. Callers that wait for
        // the guard read again, because they may have called after the changes were applied.
        if self.is_outdated(found.position) {
            return Ok(account);
        }
        match &account {
            Some(account) => _ = guard.insert(Arc::clone(account)),
            None => self.absent.insert(id.clone(), ()),
        }
        // `apply` raises `evicted` before it evicts accounts. If it did so after the check above, it may have missed
        // this entry. The entry is then removed again; otherwise a disabled account would stay in the cache.
        if self.is_outdated(found.position) {
            self.evict_account(id);
        }
        Ok(account)
    }

    fn is_outdated(&self, snapshot: Position) -> bool {
        !snapshot.includes(self.evicted.load())
    }

    /// What a read of an account must include: all changes that this node has applied. During a gap there is no such
    /// position, because the store may count from lower numbers; then no account is cached.
    fn min_snapshot(&self) -> Position {
        if self.is_in_gap() { Position::START } else { self.position() }
    }

    /// Whether a gap in the change feed is being closed.
    pub(super) fn is_in_gap(&self) -> bool {
        let evicted = self.evicted.load();
        evicted.region == UNKNOWN.region || evicted.shared == UNKNOWN.shared
    }

    /// The account with this id, if it is cached.
    #[must_use]
    pub fn cached_account(&self, id: &ClientId) -> Option<Arc<Account>> {
        self.accounts.peek(id)
    }

    /// Forgets the account with this id, and that there is none.
    pub(super) fn evict_account(&self, id: &ClientId) {
        self.accounts.remove(id);
        self.absent.remove(id);
    }

    pub(super) fn evict_accounts_of(&self, tenant: &TenantName) {
        self.accounts.retain(|_, account| &account.tenant.name != tenant);
    }
}

/// What the cache knows of an id.
enum Remembered {
    Account(Arc<Account>),
    /// There is no account with this id.
    Absence,
    Nothing,
}
