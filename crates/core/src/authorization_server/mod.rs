//! The authorization server of one region. Its parts are put together once and shared by every request.
//!
//! Each flow is a type of its own, which holds only what it needs. This module decides which parts the flows share. It
//! must not decide anything about a request.

mod claim;
mod parts;
mod requests;

use std::sync::Arc;
use std::time::Duration;

pub use claim::claim_store;

use crate::client::authenticate::Authenticator;
use crate::clock::{Clock, Randomness};
use crate::context::Context;
use crate::grant::client_credentials::TokenIssuer;
use crate::keys::master_key::MasterKey;
use crate::keys::{KeyKeeper, KeyRingError, secret_indexer};
use crate::memory::directory::Directory;
use crate::model::{Actor, Timestamp};
use crate::node::health::NodeHealth;
use crate::revocation_feed::answer::RevocationFeedPublisher;
use crate::secrets::hash_pool::HashPool;
use crate::secrets::last_use::LastUseWriter;
use crate::secrets::rehash::Rehasher;
use crate::settings::Settings;
use crate::store::Store;
use crate::store::calls::deadline::DeadlineStore;
use crate::token::client_revocations::summarizer::RevocationSummarizer;
use crate::token::introspect::Introspector;
use crate::token::revoke::Revoker;
use parts::SharedParts;

/// Issues, introspects and revokes the tokens of one region. Shared by all requests. No lock is held across an
/// `.await`.
#[derive(Debug)]
pub struct AuthorizationServer {
    settings: Arc<Settings>,
    context: Context,
    directory: Arc<Directory>,
    hashes: Arc<HashPool>,
    authenticator: Arc<Authenticator>,
    issuer: TokenIssuer,
    introspector: Introspector,
    revoker: Revoker,
    summarizer: RevocationSummarizer,
    revocation_feed: RevocationFeedPublisher,
    rehasher: Rehasher,
    last_uses: LastUseWriter,
    node: NodeHealth,
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
        let indexer = secret_indexer(&*store, &settings.region, master_key).await?;
        let store: Arc<dyn Store> = Arc::new(DeadlineStore::new(store));
        // The tasks of the node have connections of their own; requests read accounts and write revocations.
        let control = store.for_control();
        let context = Context { store: control, region: settings.region.clone(), clock, randomness };
        let keeper = KeyKeeper::new(context.clone(), master_key, settings.key_timings(), Actor::Server);
        let clock = Arc::clone(&context.clock);
        let directory = Directory::open(store, keeper, clock, settings.serve_stale_for);
        // Boxed: this is the largest future of a start, and every caller's future would contain it.
        let directory = Box::pin(directory).await?;
        let parts = SharedParts::new(settings, context, directory, indexer);
        Ok(Self {
            issuer: parts.token_issuer(),
            introspector: parts.introspector(),
            revoker: parts.revoker(),
            summarizer: parts.summarizer(),
            revocation_feed: parts.revocation_feed(),
            rehasher: parts.rehasher(),
            last_uses: parts.last_uses(),
            node: parts.node(),
            settings: parts.settings,
            context: parts.context,
            directory: parts.directory,
            hashes: parts.hashes,
            authenticator: parts.authenticator,
        })
    }

    /// The wall clock that all decisions use.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.context.clock.now()
    }

    /// Time since some fixed moment of this process. Used where a change of the wall clock must have no effect.
    #[must_use]
    pub fn monotonic(&self) -> Duration {
        self.context.clock.monotonic()
    }

    /// The node's cache of the store, for the tasks that follow the change feed and publish keys.
    #[must_use]
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The state of this node as operators see it, and the tasks that check it.
    #[must_use]
    pub fn node(&self) -> &NodeHealth {
        &self.node
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
