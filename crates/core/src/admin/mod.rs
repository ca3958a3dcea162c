//! The operations of administrators: the rules for creating and changing tenants, resources, accounts and secrets.
//!
//! Each operation reads, decides and writes one value with its audit entry, in one transaction. It retries if another
//! writer changed the value in between. No output and no argument parsing here.
//!
//! [`StoreAdministration`] offers the operations as the trait of `jeton_admin`, without the types of the model.

pub(crate) mod account;
mod administration;
pub(crate) mod audit;
mod confirmation;
mod epochs;
mod error;
mod resources;
pub(crate) mod secret;
mod simulate;
mod tenant;
mod texts;
mod tokens;
pub mod view;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jeton_protocol::RegionName;

pub use account::import::{AccountImport, ImportedAccount};
pub use account::token_length::LONGEST_ISSUER;
pub use administration::{StoreAdministration, StoreReading};
pub use audit::chain::{BrokenLog, ChainHead, IntactLog, InvalidHead, LogFault};
pub use audit::verify::{AuditVerdict, verify_audit};
pub use error::AdminError;
pub use jeton_admin::error::InvalidRequest;
pub use jeton_admin::request::{
    AccountUpdate, Change, Entitlement, IfInUse, NewAccount, NewResource, ResourceUpdate, SecretRotation,
    SecretTerms, SimulatedRequest,
};
pub use jeton_admin::view::{Leak, LeakedSecret, RevokedToken};
pub use secret::add::{NewSecret, SecretSource};
pub use secret::panic::PanicOutcome;

use crate::authorization_server::claim_store;
use crate::clock::{Clock, Randomness};
use crate::context::Context;
use crate::keys::master_key::{MasterKey, SecretIndexer};
use crate::keys::{KeyKeeper, KeyRingError, KeyTimings, LONGEST_TOKEN_TTL, secret_indexer};
use crate::model::{Actor, TenantName, Timestamp};
use crate::store::{Action, AuditEntry, Store, Subject};

/// Administers the accounts of one region, and the tenants and resources of the store.
#[derive(Debug, Clone)]
pub struct Administrator {
    store: Arc<dyn Store>,
    region: RegionName,
    /// The other configured regions, whose accounts may be in another database.
    other_regions: Arc<BTreeSet<RegionName>>,
    /// How long nodes serve from memory.
    serve_stale_for: Duration,
    master_key: Arc<MasterKey>,
    indexer: SecretIndexer,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    actor: Actor,
}

impl Administrator {
    /// Opens the store of `context` for an administrator. Audit records name `actor`.
    ///
    /// # Errors
    /// [`KeyRingError`] if the store does not answer or `master_key` is not its master key.
    pub async fn open(context: Context, master_key: &MasterKey, actor: Actor) -> Result<Self, KeyRingError> {
        let Context { store, region, clock, randomness } = context;
        claim_store(&*store, master_key).await?;
        let indexer = secret_indexer(&*store, &region, master_key).await?;
        Ok(Self {
            store,
            region,
            other_regions: Arc::default(),
            serve_stale_for: Duration::ZERO,
            master_key: Arc::new(master_key.clone()),
            indexer,
            clock,
            randomness,
            actor,
        })
    }

    /// The service that rotates, revokes and re-encrypts the region's keys.
    #[must_use]
    pub fn key_keeper(&self, timings: KeyTimings) -> KeyKeeper {
        let context = Context {
            store: Arc::clone(&self.store),
            region: self.region.clone(),
            clock: Arc::clone(&self.clock),
            randomness: Arc::clone(&self.randomness),
        };
        KeyKeeper::new(context, &self.master_key, timings, self.actor.clone())
    }

    /// The store, for reading.
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// The region whose accounts are administered.
    #[must_use]
    pub fn region(&self) -> &RegionName {
        &self.region
    }

    /// The current time, by which states such as expiry are decided.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn audit<V: serde::Serialize>(
        &self,
        action: Action,
        tenant: Option<&TenantName>,
        subject: Subject,
        before: Option<V>,
        after: Option<V>,
    ) -> AuditEntry {
        let json = |view: V| serde_json::to_value(view).unwrap_or_default();
        AuditEntry {
            at: self.clock.now(),
            actor: self.actor.clone(),
            action,
            tenant: tenant.cloned(),
            subject,
            before: before.map(json),
            after: after.map(json),
        }
    }
}

/// The next epoch, always higher than `previous`, even if the clock is wrong. Tokens issued under `previous` become
/// invalid (decision 0003).
#[must_use]
pub fn next_epoch(previous: i64, now: Timestamp) -> i64 {
    previous.saturating_add(1).max(now.unix())
}

/// Checks the token lifetime of a resource or an account.
///
/// # Errors
/// [`AdminError::Invalid`] if it is not between 1 s and 24 h.
pub fn check_token_ttl(ttl: Option<Duration>) -> Result<(), AdminError> {
    match ttl {
        Some(ttl) if !(SHORTEST_TTL..=LONGEST_TOKEN_TTL).contains(&ttl) => {
            Err(InvalidRequest::TokenLifetime(ttl).into())
        }
        Some(_) | None => Ok(()),
    }
}

const SHORTEST_TTL: Duration = Duration::from_secs(1);
