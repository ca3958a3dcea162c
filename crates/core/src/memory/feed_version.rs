//! Counts the changes of the revocation feed by audience, so that a change concerns only those who can see it.
//!
//! It must not know what was revoked.

use std::collections::{BTreeSet, HashMap};
use std::future::poll_fn;
use std::sync::{Arc, PoisonError, RwLock};
use std::task::Poll;

use jeton_protocol::ResourceUri;

use crate::memory::paced_counter::PacedCounter;

/// The counters of all audiences. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct RevocationFeedVersions(Arc<Counters>);

#[derive(Debug, Default)]
struct Counters {
    /// Changes that every reader sees: epochs, and tokens whose audience is unknown.
    for_all: Arc<PacedCounter>,
    /// Changes of the audiences that were read.
    by_audience: RwLock<HashMap<ResourceUri, Arc<PacedCounter>>>,
}

/// The counters of the changes that a reader of some audiences sees, always in the same order.
#[derive(Debug)]
pub(crate) struct ReaderCounters(Vec<Arc<PacedCounter>>);

/// The counts of [`ReaderCounters`] at some moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FeedVersion(Vec<u64>);

impl RevocationFeedVersions {
    /// Counts a change that every reader sees.
    pub(crate) fn raise_all(&self) {
        self.0.for_all.raise();
    }

    /// Counts a change that only readers of this audience see.
    pub(crate) fn raise(&self, audience: &ResourceUri) {
        let by_audience = self.0.by_audience.read().unwrap_or_else(PoisonError::into_inner);
        // An audience without a counter was never read, so there is no document to replace.
        if let Some(counter) = by_audience.get(audience) {
            counter.raise();
        }
    }

    /// The counters for a reader of `audiences`. The counters must be taken before the data is read.
    pub(crate) fn of(&self, audiences: &BTreeSet<ResourceUri>) -> ReaderCounters {
        let own = audiences.iter().map(|audience| self.counter(audience));
        ReaderCounters(std::iter::once(Arc::clone(&self.0.for_all)).chain(own).collect())
    }

    fn counter(&self, audience: &ResourceUri) -> Arc<PacedCounter> {
        let known = self.0.by_audience.read().unwrap_or_else(PoisonError::into_inner).get(audience).cloned();
        known.unwrap_or_else(|| {
            let mut by_audience = self.0.by_audience.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(by_audience.entry(audience.clone()).or_default())
        })
    }
}

impl ReaderCounters {
    /// All changes until now.
    pub(crate) fn current(&self) -> FeedVersion {
        FeedVersion(self.0.iter().map(|counter| counter.current()).collect())
    }

    /// The changes that waiting readers may see.
    pub(crate) fn published(&self) -> FeedVersion {
        FeedVersion(self.0.iter().map(|counter| counter.published()).collect())
    }

    /// Returns when a change after `known` is published. Cancel-safe.
    pub(crate) async fn exceed(&self, known: &FeedVersion) {
        let counters = self.0.iter().zip(&known.0);
        let mut waits: Vec<_> = counters.map(|(counter, known)| Box::pin(counter.exceeds(*known))).collect();
        poll_fn(move |context| {
            let is_over = waits.iter_mut().any(|wait| wait.as_mut().poll(context).is_ready());
            if is_over { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}

impl FeedVersion {
    /// Whether it includes every change that `other` includes. Both must be of the same audiences.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(count, other)| count >= other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn audiences(names: &[&str]) -> BTreeSet<ResourceUri> {
        names.iter().map(|name| format!("https://{name}.example.com").parse().unwrap()).collect()
    }

    #[test]
    fn a_change_counts_only_for_those_who_see_it() {
        let versions = RevocationFeedVersions::default();
        let (one, two) = (versions.of(&audiences(&["one"])), versions.of(&audiences(&["one", "two"])));
        let before = (one.current(), two.current());
        versions.raise(&"https://two.example.com".parse().unwrap());
        versions.raise(&"https://three.example.com".parse().unwrap());
        assert_eq!(one.current(), before.0);
        assert!(two.current().covers(&before.1) && !before.1.covers(&two.current()));
        let before = (one.current(), two.current());
        versions.raise_all();
        assert_ne!(one.current(), before.0);
        assert_ne!(two.current(), before.1);
    }
}
