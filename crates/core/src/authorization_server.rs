//! The authorization server of one region: its parts, put together once, used by every request.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, Randomness};
use crate::clock_check::NewestRecord;
use crate::directory::Directory;
use crate::failure_limit::FailureLimit;
use crate::feed_documents::FeedDocuments;
use crate::garbage_limit::GarbageLimit;
use crate::hash_pool::HashPool;
use crate::introspected_tokens::IntrospectedTokens;
use crate::keys::{KeyKeeper, KeyRingError, check_master_key, secret_indexer};
use crate::master_key::{MasterKey, SecretIndexer};
use crate::model::Timestamp;
use crate::rate_windows::RateWindows;
use crate::rehash::Rehashes;
use crate::secret_uses::SecretUses;
use crate::settings::Settings;
use crate::store::Store;
use crate::store_writes::StoreWrites;
use crate::verified_secrets::VerifiedSecrets;

/// Issues, introspects and revokes the tokens of one region. Shared by all requests; no lock is held across a wait.
#[derive(Debug)]
pub struct AuthorizationServer {
    pub(crate) settings: Settings,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) directory: Directory,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) randomness: Arc<dyn Randomness>,
    pub(crate) indexer: SecretIndexer,
    pub(crate) hashes: HashPool,
    pub(crate) verified: VerifiedSecrets,
    pub(crate) uses: SecretUses,
    pub(crate) rehashes: Rehashes,
    pub(crate) failures: FailureLimit,
    pub(crate) introspected: IntrospectedTokens,
    pub(crate) feed_documents: FeedDocuments,
    pub(crate) garbage: GarbageLimit,
    /// How many tokens a caller took back.
    pub(crate) revocations: RateWindows,
    pub(crate) writes: StoreWrites,
    pub(crate) newest_record: NewestRecord,
}

impl AuthorizationServer {
    /// Opens the region's keys in `store` and is ready. In a new store the first keys are made.
    ///
    /// # Errors
    /// [`KeyRingError`] when the store does not answer, or `master_key` is not the one its keys were sealed with.
    pub async fn open(
        settings: Settings,
        store: Arc<dyn Store>,
        master_key: &MasterKey,
        clock: Arc<dyn Clock>,
        randomness: Arc<dyn Randomness>,
    ) -> Result<Self, KeyRingError> {
        claim_store(&*store, master_key).await?;
        let keeper = KeyKeeper::new(
            (Arc::clone(&store), settings.region.clone()),
            master_key,
            (Arc::clone(&clock), Arc::clone(&randomness)),
            settings.key_timings(),
            "server".to_owned(),
        );
        let indexer = secret_indexer(&*store, &settings.region, master_key).await?;
        let directory =
            Directory::open(Arc::clone(&store), keeper, Arc::clone(&clock), settings.serve_stale_for);
        // The largest part of a start, on the heap: every caller's future would hold it.
        let directory = Box::pin(directory).await?;
        Ok(Self {
            store,
            directory,
            indexer,
            hashes: HashPool::new(settings.cores),
            verified: VerifiedSecrets::new(&*randomness),
            uses: SecretUses::default(),
            rehashes: Rehashes::default(),
            failures: FailureLimit::new(settings.failure_allowance),
            introspected: IntrospectedTokens::new(&*randomness),
            feed_documents: FeedDocuments::default(),
            garbage: GarbageLimit::new(),
            revocations: RateWindows::new(REVOCATIONS_IN_A_SECOND, Duration::from_secs(1), CALLERS_COUNTED),
            writes: StoreWrites::default(),
            newest_record: NewestRecord::default(),
            settings,
            clock,
            randomness,
        })
    }

    /// The time by which everything is judged.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Time since some fixed moment of this process, by which everything is judged that a set clock must not move.
    #[must_use]
    pub fn monotonic(&self) -> Duration {
        self.clock.monotonic()
    }

    /// The node's memory, for whoever follows the feed and publishes keys.
    #[must_use]
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// Where secrets are hashed, for whoever watches what they cost.
    #[must_use]
    pub fn hashes(&self) -> &HashPool {
        &self.hashes
    }

    /// What the node was told about itself.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}

/// Makes sure that `master_key` is the store's, and makes it so in a store without one.
///
/// # Errors
/// [`KeyRingError::MasterKey`] when it is another one.
pub async fn claim_store(store: &dyn Store, master_key: &MasterKey) -> Result<(), KeyRingError> {
    let check = master_key.check_value();
    // Looked at first: a store that cannot be written now must not keep a node from serving.
    let stored = match store.find_master_key_check().await? {
        Some(stored) => stored,
        None => store.claim_master_key(&check).await?,
    };
    check_master_key(&stored, master_key)
}

/// Each takes a durable write of some milliseconds; a caller that takes back more waits, and leaves room for others.
pub(crate) const REVOCATIONS_IN_A_SECOND: u32 = 200;
/// A counter takes 32 bytes: half a megabyte in all.
const CALLERS_COUNTED: usize = 16_384;
