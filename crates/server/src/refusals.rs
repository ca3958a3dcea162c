//! The node's memory of what it refused lately, by error id or client id. It must not know how it is asked for.
//!
//! A flood of refusals is what it sees: recording takes a lock for the time of a push, and what is kept is bounded in
//! number, in age and in bytes, whichever comes first. Looking up scans; it copies pointers under the lock, no texts.

use std::collections::VecDeque;
use std::fmt;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jeton_core::model::{Account, CallerAddress, Timestamp};
use jeton_protocol::{Description, ErrorCode};
use serde::Serialize;

use crate::explanation::Explanation;

/// A refusal with its true reason. It holds no secret: what the caller sent is in it only where it cannot be one.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Refused {
    pub(crate) error_id: Box<str>,
    /// By the node's clock.
    pub(crate) at: Timestamp,
    pub(crate) endpoint: &'static str,
    pub(crate) status: u16,
    pub(crate) error: ErrorCode,
    /// What the caller was told.
    pub(crate) error_description: Description,
    pub(crate) client_id: Option<Box<str>>,
    pub(crate) account: Option<AccountNames>,
    /// By which method it authenticated (RFC 7591 §2).
    pub(crate) authentication: Option<&'static str>,
    pub(crate) address: CallerAddress,
    #[serde(flatten)]
    pub(crate) explanation: Explanation,
}

/// What people call an account and its tenant.
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

impl Refused {
    /// The bytes it takes, about.
    fn weight(&self) -> usize {
        let names = self.account.as_ref().map_or(0, |account| account.name.len() + account.tenant.len());
        let client_id = self.client_id.as_ref().map_or(0, |id| id.len());
        let texts = self.error_id.len() + self.error_description.as_str().len() + client_id + names;
        size_of::<(Kept, Self)>() + texts + self.explanation.weight()
    }
}

/// The last refusals.
pub(crate) struct Refusals(Mutex<Ring>);

struct Ring {
    /// Oldest first.
    kept: VecDeque<Kept>,
    weight: usize,
}

/// A refusal, and what a scan looks at before it follows the pointer.
struct Kept {
    /// The monotonic time.
    at: Duration,
    /// Of the client id, so that a scan for one touches no other refusal's memory.
    client: u64,
    refused: Arc<Refused>,
}

impl Refusals {
    /// None yet. The room for all of them is taken at once, so that none has to be moved under the lock; the system gives
    /// the memory when it is used.
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Ring { kept: VecDeque::with_capacity(MOST + 1), weight: 0 }))
    }

    /// Keeps `refused`, and forgets what is too much or too old at the monotonic time `now`.
    pub(crate) fn record(&self, refused: Refused, now: Duration) {
        let weight = refused.weight();
        let kept = Kept { at: now, client: digest(refused.client_id.as_deref()), refused: Arc::new(refused) };
        let mut ring = self.lock();
        ring.kept.push_back(kept);
        ring.weight += weight;
        while ring.is_full() || ring.is_old(now) {
            ring.forget();
        }
    }

    /// The refusal with this id, if it is kept at the monotonic time `now`.
    pub(crate) fn find(&self, error_id: &str, now: Duration) -> Option<Arc<Refused>> {
        let ring = self.lock();
        ring.newest_first(now).find(|kept| &*kept.refused.error_id == error_id).map(Kept::shared)
    }

    /// The latest refusals that are kept at the monotonic time `now`, newest first: those of one client id, or all.
    pub(crate) fn latest(&self, client_id: Option<&str>, limit: usize, now: Duration) -> Vec<Arc<Refused>> {
        let mut latest = Vec::with_capacity(limit.min(MOST));
        let wanted = digest(client_id);
        let is_wanted = |kept: &&Kept| {
            client_id.is_none_or(|id| kept.client == wanted && kept.refused.client_id.as_deref() == Some(id))
        };
        let ring = self.lock();
        latest.extend(ring.newest_first(now).filter(is_wanted).take(limit).map(Kept::shared));
        latest
    }

    fn lock(&self) -> MutexGuard<'_, Ring> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn shared(&self) -> Arc<Refused> {
        Arc::clone(&self.refused)
    }
}

/// Ids that collide by somebody's design only cost their own scan a comparison each.
fn digest(client_id: Option<&str>) -> u64 {
    let mut hasher = DefaultHasher::new();
    client_id.hash(&mut hasher);
    hasher.finish()
}

impl Ring {
    fn is_full(&self) -> bool {
        self.kept.len() > MOST || self.weight > HEAVIEST
    }

    fn is_old(&self, now: Duration) -> bool {
        self.kept.front().is_some_and(|kept| now.saturating_sub(kept.at) >= KEPT_FOR)
    }

    /// Without those that are too old and only wait for the next refusal to be forgotten.
    fn newest_first(&self, now: Duration) -> impl Iterator<Item = &Kept> {
        self.kept.iter().rev().take_while(move |kept| now.saturating_sub(kept.at) < KEPT_FOR)
    }

    fn forget(&mut self) {
        if let Some(Kept { refused, .. }) = self.kept.pop_front() {
            self.weight = self.weight.saturating_sub(refused.weight());
        }
    }
}

impl fmt::Debug for Refusals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusals").finish_non_exhaustive()
    }
}

/// As many as that …
const MOST: usize = 10_000;
/// … as long as that …
const KEPT_FOR: Duration = Duration::from_hours(1);
/// … and as many bytes; a refusal takes about half a kilobyte, and never more than some ten.
const HEAVIEST: usize = 16 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(error_id: &str, client_id: &str) -> Refused {
        Refused {
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
            explanation: Explanation::of(&crate::failure::Failure::Overloaded, None, Timestamp::from_unix(0)),
        }
    }

    #[test]
    fn the_oldest_go_when_there_are_too_many_bytes() {
        let refusals = Refusals::new();
        let large = "a".repeat(1 << 20);
        for number in 0..17 {
            refusals.record(refused(&number.to_string(), &large), Duration::ZERO);
        }
        let is_kept = |id: &str| refusals.find(id, Duration::ZERO).is_some();
        assert!(!is_kept("0") && !is_kept("1") && is_kept("2") && is_kept("16"));
        for number in 17..117 {
            refusals.record(refused(&number.to_string(), "a"), Duration::ZERO);
        }
        assert!(is_kept("3"), "small ones push nothing out but what is over the cap");
    }

    #[test]
    fn what_is_forgotten_weighs_nothing_any_more() {
        let refusals = Refusals::new();
        for number in 0..1_000 {
            refusals.record(refused(&number.to_string(), "a"), Duration::ZERO);
        }
        refusals.record(refused("last", "a"), KEPT_FOR);
        let ring = refusals.0.lock().unwrap();
        assert_eq!((ring.kept.len(), ring.weight), (1, ring.kept[0].refused.weight()));
    }
}
