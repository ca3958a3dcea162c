//! Caches the documents of the revocation feed, so that each change builds a document once for all its readers.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jeton_protocol::{ResourceUri, RevocationFeed};

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

/// The cached documents of one snapshot, by their audiences.
#[derive(Debug, Default)]
pub(crate) struct RevocationFeedDocuments(Mutex<CachedDocuments>);

#[derive(Debug, Default)]
struct CachedDocuments {
    snapshot: Option<FeedSnapshot>,
    documents: HashMap<BTreeSet<ResourceUri>, Arc<RevocationFeedDocument>>,
}

/// The state that a document is built from, together with its audiences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FeedSnapshot {
    /// The version of the revocation feed.
    pub(crate) version: u64,
    /// Entries that expired before this time are left out.
    pub(crate) minute: Timestamp,
}

impl RevocationFeedDocuments {
    /// The document of this snapshot for `audiences`. The first call builds it, under the lock: that takes at most a
    /// few milliseconds, and the waiting callers need the same document.
    pub(crate) fn find_or_build(
        &self,
        snapshot: FeedSnapshot,
        audiences: &BTreeSet<ResourceUri>,
        build: impl FnOnce() -> RevocationFeedDocument,
    ) -> Arc<RevocationFeedDocument> {
        let mut cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if cached.snapshot != Some(snapshot) || cached.documents.len() >= MAX_DOCUMENTS {
            *cached = CachedDocuments { snapshot: Some(snapshot), documents: HashMap::new() };
        }
        if let Some(document) = cached.documents.get(audiences) {
            return Arc::clone(document);
        }
        let document = Arc::new(build());
        cached.documents.insert(audiences.clone(), Arc::clone(&document));
        document
    }
}

/// More sets of audiences are hardly ever read at the same time. The largest document is 1.5 MiB.
const MAX_DOCUMENTS: usize = 64;
