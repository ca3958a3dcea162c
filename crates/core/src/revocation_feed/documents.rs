//! Caches the documents of the revocation feed, so that each change builds a document once for all its readers.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jeton_protocol::{ResourceUri, RevocationFeed};
use tokio::sync::OnceCell;

use crate::memory::feed_version::FeedVersion;
use crate::model::Timestamp;

/// A document of the revocation feed, ready to be sent.
#[derive(Debug)]
pub struct RevocationFeedDocument {
    /// The JSON document.
    pub body: Arc<[u8]>,
    /// Its strong entity tag, including the quotes (RFC 9110 §8.8.3). Nodes with the same revocations send the same
    /// tag.
    pub etag: String,
}

impl From<&RevocationFeed> for RevocationFeedDocument {
    fn from(feed: &RevocationFeed) -> Self {
        let body = serde_json::to_vec(feed).unwrap_or_default();
        let sha256 = digest(&SHA256, &body);
        let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&sha256.as_ref()[..12]));
        Self { body: body.into(), etag }
    }
}

/// The latest document of each set of audiences.
#[derive(Debug, Default)]
pub(crate) struct RevocationFeedDocuments {
    cached: Mutex<HashMap<BTreeSet<ResourceUri>, Arc<CachedDocument>>>,
    built: AtomicU64,
}

#[derive(Debug)]
struct CachedDocument {
    snapshot: FeedSnapshot,
    document: OnceCell<Arc<RevocationFeedDocument>>,
}

/// The state that a document is built from, together with its audiences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FeedSnapshot {
    /// The document includes at least these changes.
    pub(crate) version: FeedVersion,
    /// Entries that expired before this time are left out.
    pub(crate) minute: Timestamp,
}

impl RevocationFeedDocuments {
    /// A document for `audiences` of the minute of `current` that includes at least the changes of `needed`, and its
    /// version. If there is none yet, it is built from the data of now, which must include `current`.
    ///
    /// The first of several callers builds it. No lock is held meanwhile: the others wait without blocking their
    /// threads, and callers with other audiences do not wait.
    pub(crate) async fn find_or_build(
        &self,
        audiences: &BTreeSet<ResourceUri>,
        needed: &FeedVersion,
        current: FeedSnapshot,
        build: impl FnOnce() -> RevocationFeedDocument,
    ) -> (Arc<RevocationFeedDocument>, FeedVersion) {
        let cached = self.find_or_add(audiences, needed, current);
        let document = cached.document.get_or_init(async || {
            self.built.fetch_add(1, Ordering::Relaxed);
            Arc::new(build())
        });
        (Arc::clone(document.await), cached.snapshot.version.clone())
    }

    /// How many documents were built.
    pub(crate) fn built(&self) -> u64 {
        self.built.load(Ordering::Relaxed)
    }

    fn find_or_add(
        &self,
        audiences: &BTreeSet<ResourceUri>,
        needed: &FeedVersion,
        current: FeedSnapshot,
    ) -> Arc<CachedDocument> {
        let mut cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        let is_usable = |cached: &&Arc<CachedDocument>| {
            cached.snapshot.minute == current.minute && cached.snapshot.version.covers(needed)
        };
        if let Some(found) = cached.get(audiences).filter(is_usable) {
            return Arc::clone(found);
        }
        if cached.len() >= MAX_DOCUMENTS && !cached.contains_key(audiences) {
            // Any one: the least recently used one would be the next one to be read, if all are polled in turn.
            let any = cached.keys().next().cloned();
            any.and_then(|audiences| cached.remove(&audiences));
        }
        let added = Arc::new(CachedDocument { snapshot: current, document: OnceCell::new() });
        cached.insert(audiences.clone(), Arc::clone(&added));
        added
    }
}

/// More sets of audiences are hardly ever read at the same time. The largest document is 1.5 MiB.
const MAX_DOCUMENTS: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn audiences(number: usize) -> BTreeSet<ResourceUri> {
        BTreeSet::from([format!("https://{number}.example.com").parse().unwrap()])
    }

    fn snapshot(minute: i64) -> FeedSnapshot {
        FeedSnapshot { version: FeedVersion::default(), minute: Timestamp::from_unix(minute) }
    }

    async fn find(documents: &RevocationFeedDocuments, audiences: &BTreeSet<ResourceUri>, minute: i64) {
        let build = || RevocationFeedDocument { body: Arc::default(), etag: String::new() };
        documents.find_or_build(audiences, &FeedVersion::default(), snapshot(minute), build).await;
    }

    #[tokio::test]
    async fn a_document_is_built_again_in_another_minute() {
        let documents = RevocationFeedDocuments::default();
        for (minute, built) in [(0, 1), (0, 1), (60, 2), (60, 2), (0, 3)] {
            find(&documents, &audiences(1), minute).await;
            assert_eq!(documents.built(), built);
        }
    }

    #[tokio::test]
    async fn only_64_documents_are_kept() {
        let documents = RevocationFeedDocuments::default();
        for number in 0..100 {
            find(&documents, &audiences(number), 0).await;
        }
        assert_eq!(documents.cached.lock().unwrap().len(), MAX_DOCUMENTS);
        assert_eq!(documents.built(), 100);
    }

    #[tokio::test]
    async fn of_callers_at_the_same_time_one_builds() {
        let documents = Arc::new(RevocationFeedDocuments::default());
        let readers: Vec<_> = (0..20)
            .map(|_| {
                let documents = Arc::clone(&documents);
                tokio::spawn(async move { find(&documents, &audiences(1), 0).await })
            })
            .collect();
        for reader in readers {
            reader.await.unwrap();
        }
        assert_eq!(documents.built(), 1);
    }
}
