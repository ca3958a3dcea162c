//! The authorization server of one region. Its parts are assembled once and shared by every request.

use std::sync::Arc;
use std::time::Duration;

use crate::client::failure_limit::FailureLimit;
use crate::client::rate_window::RateWindows;
use crate::clock::{Clock, Randomness};
use crate::keys::master_key::{MasterKey, SecretIndexer};
use crate::keys::{KeyKeeper, KeyRingError, check_master_key, secret_indexer};
use crate::memory::directory::Directory;
use crate::model::Timestamp;
use crate::node::clock_check::NewestRecord;
use crate::node::store_writes::StoreWrites;
use crate::revocation_feed::documents::RevocationFeedDocuments;
use crate::secrets::hash_pool::HashPool;
use crate::secrets::last_use::SecretUses;
use crate::secrets::rehash::RehashQueue;
use crate::secrets::verified::VerifiedSecrets;
use crate::settings::Settings;
use crate::store::Store;
use crate::token::garbage_limit::InvalidTokenLimit;
use crate::token::introspected_tokens::IntrospectedTokens;

/// Issues, introspects and revokes the tokens of one region. Shared by all requests. No lock is held across an
/// `.await`.
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
    pub(crate) rehash_queue: RehashQueue,
    pub(crate) failures: FailureLimit,
    pub(crate) introspected: IntrospectedTokens,
    pub(crate) revocation_feed_documents: RevocationFeedDocuments,
    pub(crate) invalid_tokens: InvalidTokenLimit,
    /// How many tokens each caller revoked.
    pub(crate) revocations: RateWindows,
    pub(crate) writes: StoreWrites,
    pub(crate) newest_record: NewestRecord,
}

impl AuthorizationServer {
    /// Opens the region's keys in `store`. In a new store it creates the first keys.
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
        // Boxed: this is the largest future of a start, and every caller's future would contain it.
        let directory = Box::pin(directory).await?;
        Ok(Self {
            store,
            directory,
            indexer,
            hashes: HashPool::new(settings.cores),
            verified: VerifiedSecrets::new(&*randomness),
            uses: SecretUses::default(),
            rehash_queue: RehashQueue::default(),
            failures: FailureLimit::new(settings.failure_allowance),
            introspected: IntrospectedTokens::new(&*randomness),
            revocation_feed_documents: RevocationFeedDocuments::default(),
            invalid_tokens: InvalidTokenLimit::new(),
            revocations: RateWindows::new(MAX_REVOCATIONS_PER_SECOND, Duration::from_secs(1), MAX_CALLERS),
            writes: StoreWrites::default(),
            newest_record: NewestRecord::default(),
            settings,
            clock,
            randomness,
        })
    }

    /// The wall clock that all decisions use.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Time since some fixed moment of this process. Used where a change of the wall clock must have no effect.
    #[must_use]
    pub fn monotonic(&self) -> Duration {
        self.clock.monotonic()
    }

    /// The node's cache of the store, for the tasks that follow the change feed and publish keys.
    #[must_use]
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The hash pool, for metrics.
    #[must_use]
    pub fn hashes(&self) -> &HashPool {
        &self.hashes
    }

    /// The settings of this node.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}

/// Checks that `master_key` is the store's master key. A store without one gets this one.
///
/// # Errors
/// [`KeyRingError::MasterKey`] when the store has another master key.
pub async fn claim_store(store: &dyn Store, master_key: &MasterKey) -> Result<(), KeyRingError> {
    let check = master_key.check_value();
    // Read first: a store that cannot be written must not prevent a node from serving.
    let stored = match store.find_master_key_check().await? {
        Some(stored) => stored,
        None => store.claim_master_key(&check).await?,
    };
    check_master_key(&stored, master_key)
}

/// Each revocation is a durable write of some milliseconds. A caller that revokes more has to wait, so that others can
/// write too.
pub(crate) const MAX_REVOCATIONS_PER_SECOND: u32 = 200;
/// A counter takes 32 bytes: half a megabyte in total.
const MAX_CALLERS: usize = 16_384;
