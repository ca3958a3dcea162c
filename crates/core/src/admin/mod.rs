//! What administrators do: the rules for making and changing tenants, resources, accounts and secrets.
//!
//! Each operation reads, decides and writes one value with its audit entry; when another writer was faster it starts
//! again. Nothing is half done. No output and no argument parsing here.

mod account_names;
mod account_reference;
mod accounts;
mod audit;
mod audit_chain;
mod confirmation;
mod entitlement;
mod epochs;
mod error;
mod imports;
mod leak;
mod narrowing;
mod panic;
mod resources;
mod secret_ends;
mod secrets;
mod simulate;
mod tenants;
mod texts;
mod token_room;
pub mod view;

use std::sync::Arc;
use std::time::Duration;

use jeton_protocol::RegionName;

pub use accounts::{AccountUpdate, NewAccount};
pub use audit::{AuditVerdict, verify_audit};
pub use audit_chain::{BrokenLog, ChainHead, IntactLog, InvalidHead, LogFault};
pub use entitlement::Entitlement;
pub use error::AdminError;
pub use imports::{AccountImport, Imported};
pub use leak::Leak;
pub use panic::Panicked;
pub use resources::{NewResource, ResourceUpdate};
pub use secret_ends::IfInUse;
pub use secrets::{NewSecret, SecretSource, SecretTerms};
pub use simulate::{SimulatedRequest, Simulation};
pub use token_room::LONGEST_ISSUER;

use crate::authorization_server::claim_store;
use crate::clock::{Clock, Randomness};
use crate::keys::{KeyKeeper, KeyRingError, KeyTimings, LONGEST_TOKEN_TTL, secret_indexer};
use crate::master_key::{MasterKey, SecretIndexer};
use crate::model::Timestamp;
use crate::store::{Action, AuditEntry, Store, Subject};

/// Administers the accounts of one region, and the tenants and resources of the store.
#[derive(Debug)]
pub struct Administrator {
    store: Arc<dyn Store>,
    region: RegionName,
    master_key: MasterKey,
    indexer: SecretIndexer,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    actor: String,
}

impl Administrator {
    /// An administrator who is written down as `actor`.
    ///
    /// # Errors
    /// [`KeyRingError`] when the store does not answer or `master_key` is not its master key.
    pub async fn open(
        (store, region): (Arc<dyn Store>, RegionName),
        master_key: &MasterKey,
        (clock, randomness): (Arc<dyn Clock>, Arc<dyn Randomness>),
        actor: String,
    ) -> Result<Self, KeyRingError> {
        claim_store(&*store, master_key).await?;
        let indexer = secret_indexer(&*store, &region, master_key).await?;
        Ok(Self { store, region, master_key: master_key.clone(), indexer, clock, randomness, actor })
    }

    /// Whoever rotates, revokes and re-encrypts the region's keys.
    #[must_use]
    pub fn key_keeper(&self, timings: KeyTimings) -> KeyKeeper {
        KeyKeeper::new(
            (Arc::clone(&self.store), self.region.clone()),
            &self.master_key,
            (Arc::clone(&self.clock), Arc::clone(&self.randomness)),
            timings,
            self.actor.clone(),
        )
    }

    /// The store, for reading.
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// The region whose accounts these are.
    #[must_use]
    pub fn region(&self) -> &RegionName {
        &self.region
    }

    /// The time by which states are judged.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn audit<V: serde::Serialize>(
        &self,
        action: Action,
        subject: Subject,
        before: Option<V>,
        after: Option<V>,
    ) -> AuditEntry {
        let json = |view: V| serde_json::to_value(view).unwrap_or_default();
        AuditEntry {
            at: self.clock.now(),
            actor: self.actor.clone(),
            action,
            subject,
            before: before.map(json),
            after: after.map(json),
        }
    }
}

/// The next epoch: tokens under `previous` are dead, whatever the clock says (design: "revocation").
#[must_use]
pub fn raised(previous: i64, now: Timestamp) -> i64 {
    previous.saturating_add(1).max(now.unix())
}

/// A token lifetime that a resource or an account may have.
///
/// # Errors
/// [`AdminError::Invalid`] outside 1 s to 24 h.
pub fn check_token_ttl(ttl: Option<Duration>) -> Result<(), AdminError> {
    match ttl {
        Some(ttl) if !(SHORTEST_TTL..=LONGEST_TOKEN_TTL).contains(&ttl) => Err(AdminError::Invalid(format!(
            "the token lifetime {}s is not possible: from 1s to 24h",
            ttl.as_secs()
        ))),
        Some(_) | None => Ok(()),
    }
}

/// How often an operation starts again when others change the same thing.
const ATTEMPTS: usize = 8;
const SHORTEST_TTL: Duration = Duration::from_secs(1);
