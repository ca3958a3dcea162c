//! Follows the change feed: reads the changes of other processes, and evicts or reads again what they affect.

use std::sync::atomic::Ordering;

use tracing::warn;

use super::{Directory, UNKNOWN};
use crate::keys::KeyRingError;
use crate::store::{Change, ChangeAnnouncements, Changes, RevocationNumber, StoreError, Subject};

/// The result of reading the change feed once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AppliedChanges {
    /// The changes that this node has now applied, oldest first.
    pub changes: Vec<Change>,
    /// Whether there were also revocations by clients, of any region.
    pub revocations: bool,
}

impl AppliedChanges {
    /// Whether there was anything to apply.
    #[must_use]
    pub fn has_news(&self) -> bool {
        self.revocations || !self.changes.is_empty()
    }
}

impl Directory {
    /// Reads and applies the changes since the last call. Called a few times a second.
    ///
    /// # Errors
    /// [`KeyRingError`] when the store does not answer; the cache keeps its contents. After [`StoreError::Replaced`]
    /// the node no longer answers from the cache, and a retry does not help.
    pub async fn follow(&self) -> Result<AppliedChanges, KeyRingError> {
        let applied = self.apply_all_changes().await;
        if let Err(KeyRingError::Store(error @ StoreError::Replaced { .. })) = &applied {
            // It is already set if the replacement was detected before.
            let _ = self.replaced.set(error.to_string());
        }
        self.may_lack_changes.store(applied.is_err(), Ordering::Relaxed);
        applied
    }

    /// Whether the change feed could not be read when it was last tried. Then memory may lack the change that a request
    /// relies on, such as a new secret.
    #[must_use]
    pub fn may_lack_changes(&self) -> bool {
        self.may_lack_changes.load(Ordering::Relaxed)
    }

    /// Announcements of changes, which say when [`follow`](Self::follow) has something to read.
    #[must_use]
    pub fn announcements(&self) -> &dyn ChangeAnnouncements {
        &*self.control
    }

    async fn apply_all_changes(&self) -> Result<AppliedChanges, KeyRingError> {
        let mut applied = AppliedChanges::default();
        loop {
            let from = self.applied.load();
            let began = self.clock.monotonic();
            let page = self.control.list_changes(from, CHANGES_PER_PAGE).await?;
            if page.gap || !page.changes.is_empty() {
                applied.revocations |= self.apply(&page).await?;
            } else {
                applied.revocations |= self.read_revocations_through(page.last_revocation).await?;
                self.applied.store(page.reached);
            }
            applied.changes.extend(page.changes);
            if !page.more {
                self.mark_read(began);
                return Ok(applied);
            }
        }
    }

    /// Evicts accounts and reads revocations first: a catalog that cannot be read must not keep a disabled account or a
    /// revoked token active. The cursor moves last, so that a failure is retried. Returns whether there were new revocations.
    async fn apply(&self, page: &Changes) -> Result<bool, KeyRingError> {
        if page.gap {
            self.evicted.store(UNKNOWN);
            self.accounts.clear();
            self.absent.clear();
            self.known_ids.set_outdated();
            self.revoked.reread_from_start();
        } else {
            self.evicted.store(page.reached);
            for change in &page.changes {
                match &change.subject {
                    Subject::Account(id) => {
                        self.known_ids.add(id);
                        self.evict_account(id);
                    }
                    Subject::Tenant(name) => self.evict_accounts_of(name),
                    // It may stand for a batch of new accounts (`BulkStore`): forget which ones were missing.
                    Subject::Region(_) => {
                        self.known_ids.set_outdated();
                        self.absent.clear();
                    }
                    Subject::Resource(_) | Subject::Key(_) | Subject::Token(_) | Subject::Chain(_) => {}
                }
            }
        }
        let has_revocations = self.read_revocations_through(page.last_revocation).await?;
        let may_raise = |change: &Change| matches!(change.subject, Subject::Account(_) | Subject::Tenant(_));
        if page.gap || page.changes.iter().any(may_raise) {
            self.read_epochs().await?;
        }
        let is_about_a_token = |change: &Change| matches!(change.subject, Subject::Token(_));
        if page.gap || !page.changes.iter().all(is_about_a_token) {
            for (id, error) in self.reload_catalog().await? {
                warn!(kid = %id, reason = %error, "a key was not decrypted; restart the node with the current master key of the store");
            }
        }
        if page.gap {
            // The cursor moves to the catalog's snapshot, which may include revocations that are newer than the lists
            // read above.
            self.read_revocations().await?;
            self.read_epochs().await?;
        }
        let reached = if page.gap { self.catalog.load().position } else { page.reached };
        self.evicted.store(reached);
        self.applied.store(reached);
        Ok(has_revocations)
    }

    /// Revocations by clients are not in the change feed, so the number of the last one says that there are new ones.
    async fn read_revocations_through(&self, last: RevocationNumber) -> Result<bool, StoreError> {
        self.revoked.read_through(last, self.clock.now()).await
    }

    pub(super) async fn read_revocations(&self) -> Result<(), StoreError> {
        self.revoked.read_new(self.clock.now()).await
    }

    pub(super) async fn read_epochs(&self) -> Result<(), StoreError> {
        self.raised.read(self.clock.now()).await
    }
}

const CHANGES_PER_PAGE: u32 = 1_000;
