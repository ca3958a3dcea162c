//! The current load of the node, and upcoming expiries. Read at each scrape.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use jeton_core::store::ChangeSource;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use super::series::Series;

/// The state of the node at the time of a scrape.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NodeState {
    pub(crate) change_feed_silence: Duration,
    /// `None` if the store has no announcements.
    pub(crate) change_source: Option<ChangeSource>,
    pub(crate) long_polls: usize,
    pub(crate) revocation_feed_documents: u64,
    pub(crate) in_flight: usize,
    pub(crate) light_hashes: usize,
    pub(crate) heavy_hashes: usize,
    pub(crate) active_key_age: Duration,
    pub(crate) write_failures: u64,
    /// `None` while the set is not whole.
    pub(crate) known_ids: Option<usize>,
}

#[derive(Debug)]
pub(super) struct StateMetrics {
    change_feed_silence: Gauge<f64, AtomicU64>,
    long_polls: Gauge,
    in_flight: Gauge,
    hash_queue: Series<1, Gauge>,
    active_key_age: Gauge<f64, AtomicU64>,
    secrets_expiring: Series<1, Gauge>,
    known_ids: Gauge,
    known_ids_complete: Gauge,
}

impl StateMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            change_feed_silence: Gauge::default(),
            long_polls: Gauge::default(),
            in_flight: Gauge::default(),
            hash_queue: Series::new([[("lane", "light")], [("lane", "heavy")]], Gauge::default),
            active_key_age: Gauge::default(),
            secrets_expiring: Series::new([[("within", "30d")]], Gauge::default),
            known_ids: Gauge::default(),
            known_ids_complete: Gauge::default(),
        };
        registry.register_with_unit(
            "change_feed_silence",
            "Since the change feed was last read",
            Unit::Seconds,
            metrics.change_feed_silence.clone(),
        );
        registry.register(
            "revocation_feed_waiting",
            "Requests for the revocation feed that wait for a change",
            metrics.long_polls.clone(),
        );
        registry.register("in_flight_requests", "Requests in flight", metrics.in_flight.clone());
        registry.register(
            "hash_queue",
            "Secrets that are being hashed or are queued for hashing, by lane",
            metrics.hash_queue.clone(),
        );
        registry.register_with_unit(
            "active_key_age",
            "Time since the oldest active signing or sealing key became active",
            Unit::Seconds,
            metrics.active_key_age.clone(),
        );
        registry.register(
            "secrets_expiring",
            "Accounts whose last secret expires soon, counted every few minutes",
            metrics.secrets_expiring.clone(),
        );
        registry.register(
            "known_ids",
            "Client ids of existing accounts in memory, once they are complete",
            metrics.known_ids.clone(),
        );
        registry.register(
            "known_ids_complete",
            "Whether all client ids of existing accounts are in memory",
            metrics.known_ids_complete.clone(),
        );
        metrics
    }

    pub(super) fn set(&self, state: &NodeState) {
        self.change_feed_silence.set(state.change_feed_silence.as_secs_f64());
        self.long_polls.set(whole(state.long_polls));
        self.in_flight.set(whole(state.in_flight));
        self.known_ids.set(whole(state.known_ids.unwrap_or(0)));
        self.known_ids_complete.set(i64::from(state.known_ids.is_some()));
        for (lane, count) in [state.light_hashes, state.heavy_hashes].into_iter().enumerate() {
            if let Some(gauge) = self.hash_queue.at(lane) {
                gauge.set(whole(count));
            }
        }
        self.active_key_age.set(state.active_key_age.as_secs_f64());
    }

    pub(super) fn set_secrets_expiring(&self, count: u64) {
        if let Some(gauge) = self.secrets_expiring.at(0) {
            gauge.set(i64::try_from(count).unwrap_or(i64::MAX));
        }
    }
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
