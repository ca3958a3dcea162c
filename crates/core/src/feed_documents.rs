//! Keeps the documents of the revocation feed, so that many who read it cost one making each time something changes.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jeton_protocol::{ResourceUri, RevocationFeed};

use crate::model::Timestamp;

/// A document of the feed, ready to be sent.
#[derive(Debug)]
pub struct FeedDocument {
    /// The JSON document.
    pub body: Arc<[u8]>,
    /// Its strong entity tag, with the quotes (RFC 9110 §8.8.3): nodes that know the same say the same.
    pub etag: String,
}

impl From<&RevocationFeed> for FeedDocument {
    fn from(feed: &RevocationFeed) -> Self {
        let body = serde_json::to_vec(feed).unwrap_or_default();
        let sha256 = digest(&SHA256, &body);
        let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&sha256.as_ref()[..12]));
        Self { body: body.into(), etag }
    }
}

/// The documents of one moment, by the audiences they are for.
#[derive(Debug, Default)]
pub(crate) struct FeedDocuments(Mutex<Made>);

#[derive(Debug, Default)]
struct Made {
    of: Option<Moment>,
    documents: HashMap<BTreeSet<ResourceUri>, Arc<FeedDocument>>,
}

/// What a document follows from, beside its audiences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// What had been heard.
    pub(crate) version: u64,
    /// The time by which what has expired was left out.
    pub(crate) minute: Timestamp,
}

impl FeedDocuments {
    /// The document of this moment for `audiences`, made now if it is the first time. Others wait for it meanwhile: it takes a
    /// few milliseconds at the most, and they want the same.
    pub(crate) fn find_or_make(
        &self,
        moment: Moment,
        audiences: &BTreeSet<ResourceUri>,
        make: impl FnOnce() -> FeedDocument,
    ) -> Arc<FeedDocument> {
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if made.of != Some(moment) || made.documents.len() >= DOCUMENTS_KEPT {
            *made = Made { of: Some(moment), documents: HashMap::new() };
        }
        if let Some(document) = made.documents.get(audiences) {
            return Arc::clone(document);
        }
        let document = Arc::new(make());
        made.documents.insert(audiences.clone(), Arc::clone(&document));
        document
    }
}

/// More sets of audiences than that are hardly read at once; the largest document is 1.5 MiB.
const DOCUMENTS_KEPT: usize = 64;
