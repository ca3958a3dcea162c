//! The recent refusals of this node in memory, by error id or client id. Must not know how they are requested.
//!
//! Built for a flood of refusals: recording holds a lock only for a push, and the refusals are limited in number, age
//! and bytes, whichever limit is reached first. A lookup scans all entries; under the lock it copies pointers, not
//! texts.

use std::collections::VecDeque;
use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jeton_core::model::{Account, CallerAddress, Timestamp};
use jeton_protocol::{Description, ErrorCode};
use serde::Serialize;

use crate::operations::explanation::Explanation;

/// A refusal with its reason. It contains no secret: input of the caller is included only if it cannot be a secret.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct RecordedRefusal {
    pub(crate) error_id: Box<str>,
    /// By the node's clock.
    pub(crate) at: Timestamp,
    pub(crate) endpoint: &'static str,
    pub(crate) status: u16,
    pub(crate) error: ErrorCode,
    /// The description that the caller got.
    pub(crate) error_description: Description,
    pub(crate) client_id: Option<Box<str>>,
    pub(crate) account: Option<AccountNames>,
    /// The authentication method (RFC 7591 §2).
    pub(crate) authentication: Option<&'static str>,
    pub(crate) address: CallerAddress,
    #[serde(flatten)]
    pub(crate) explanation: Explanation,
}

/// The names of an account and its tenant.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct AccountNames {
    name: Box<str>,
    tenant: Box<str>,
}

impl From<&Account> for AccountNames {
    fn from(account: &Account) -> Self {
        Self { name: account.name.as_str().into(), tenant: account.tenant.name.as_str().into() }
    }
}

impl RecordedRefusal {
    /// The approximate number of bytes in memory.
    fn weight(&self) -> usize {
        let names = self.account.as_ref().map_or(0, |account| account.name.len() + account.tenant.len());
        let client_id = self.client_id.as_ref().map_or(0, |id| id.len());
        let texts = self.error_id.len() + self.error_description.as_str().len() + client_id + names;
        size_of::<(Entry, Self)>() + texts + self.explanation.weight()
    }
}

/// The recent refusals.
pub(crate) struct Refusals(Mutex<Ring>);

struct Ring {
    /// Oldest first.
    entries: VecDeque<Entry>,
    weight: usize,
}

/// A refusal, and the fields that a scan compares before it follows the pointer.
struct Entry {
    /// The monotonic time.
    at: Duration,
    /// A digest of the client id, so that a scan for one id does not touch the memory of other refusals.
    client_digest: u64,
    refusal: Arc<RecordedRefusal>,
}

impl Refusals {
    /// Reserves the space for all entries at once, so that growing never moves them under the lock. The system
    /// allocates the memory when it is used.
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Ring { entries: VecDeque::with_capacity(MAX_REFUSALS + 1), weight: 0 }))
    }

    /// Adds a refusal, and removes those that are over a limit or too old at the monotonic time `now`.
    pub(crate) fn record(&self, refusal: RecordedRefusal, now: Duration) {
        let weight = refusal.weight();
        let entry = Entry {
            at: now,
            client_digest: digest(refusal.client_id.as_deref()),
            refusal: Arc::new(refusal),
        };
        let mut ring = self.lock();
        ring.entries.push_back(entry);
        ring.weight += weight;
        while ring.is_full() || ring.is_old(now) {
            ring.remove_oldest();
        }
    }

    /// The refusal with this id, unless it is too old at the monotonic time `now`.
    pub(crate) fn find(&self, error_id: &str, now: Duration) -> Option<Arc<RecordedRefusal>> {
        let ring = self.lock();
        ring.newest_first(now).find(|entry| &*entry.refusal.error_id == error_id).map(Entry::shared)
    }

    /// The latest refusals that are not too old at the monotonic time `now`, newest first: those of one client id, or
    /// all.
    pub(crate) fn latest(
        &self,
        client_id: Option<&str>,
        limit: usize,
        now: Duration,
    ) -> Vec<Arc<RecordedRefusal>> {
        let mut latest = Vec::with_capacity(limit.min(MAX_REFUSALS));
        let wanted = digest(client_id);
        let is_wanted = |entry: &&Entry| {
            client_id.is_none_or(|id| {
                entry.client_digest == wanted && entry.refusal.client_id.as_deref() == Some(id)
            })
        };
        let ring = self.lock();
        latest.extend(ring.newest_first(now).filter(is_wanted).take(limit).map(Entry::shared));
        latest
    }

    fn lock(&self) -> MutexGuard<'_, Ring> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn shared(&self) -> Arc<RecordedRefusal> {
        Arc::clone(&self.refusal)
    }
}

/// Client ids that collide on purpose only cost one more comparison each in a scan for such an id.
fn digest(client_id: Option<&str>) -> u64 {
    let mut hasher = DefaultHasher::new();
    client_id.hash(&mut hasher);
    hasher.finish()
}

impl Ring {
    fn is_full(&self) -> bool {
        self.entries.len() > MAX_REFUSALS || self.weight > MAX_BYTES
    }

    fn is_old(&self, now: Duration) -> bool {
        self.entries.front().is_some_and(|entry| now.saturating_sub(entry.at) >= MAX_AGE)
    }

    /// Skips refusals that are too old: they are removed only when the next one is recorded.
    fn newest_first(&self, now: Duration) -> impl Iterator<Item = &Entry> {
        self.entries.iter().rev().take_while(move |entry| now.saturating_sub(entry.at) < MAX_AGE)
    }

    fn remove_oldest(&mut self) {
        if let Some(Entry { refusal, .. }) = self.entries.pop_front() {
            self.weight = self.weight.saturating_sub(refusal.weight());
        }
    }
}

impl fmt::Debug for Refusals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusals").finish_non_exhaustive()
    }
}

/// The maximum number of refusals.
const MAX_REFUSALS: usize = 10_000;
/// The maximum age.
pub(crate) const MAX_AGE: Duration = Duration::from_hours(1);
/// The maximum number of bytes. A refusal takes about half a kilobyte, and never more than about ten.
const MAX_BYTES: usize = 16 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(error_id: &str, client_id: &str) -> RecordedRefusal {
        RecordedRefusal {
            error_id: error_id.into(),
            at: Timestamp::from_unix(0),
            endpoint: "token",
            status: 401,
            error: ErrorCode::InvalidClient,
            error_description: Description::new("No."),
            client_id: Some(client_id.into()),
            account: None,
            authentication: None,
            address: CallerAddress::Unknown,
            explanation: Explanation::of(
                &crate::oauth::failure::Failure::Overloaded,
                None,
                Timestamp::from_unix(0),
            ),
        }
    }

    #[test]
    fn the_oldest_refusals_are_removed_when_there_are_too_many_bytes() {
        let refusals = Refusals::new();
        let large = "a".repeat(1 << 20);
        for number in 0..17 {
            refusals.record(refusal(&number.to_string(), &large), Duration::ZERO);
        }
        let is_kept = |id: &str| refusals.find(id, Duration::ZERO).is_some();
        assert!(!is_kept("0") && !is_kept("1") && is_kept("2") && is_kept("16"));
        for number in 17..117 {
            refusals.record(refusal(&number.to_string(), "a"), Duration::ZERO);
        }
        assert!(is_kept("3"), "small refusals remove only what is over the limit");
    }

    #[test]
    fn removed_refusals_no_longer_count_as_bytes() {
        let refusals = Refusals::new();
        for number in 0..1_000 {
            refusals.record(refusal(&number.to_string(), "a"), Duration::ZERO);
        }
        refusals.record(refusal("last", "a"), MAX_AGE);
        let ring = refusals.0.lock().unwrap();
        assert_eq!((ring.entries.len(), ring.weight), (1, ring.entries[0].refusal.weight()));
    }
}
