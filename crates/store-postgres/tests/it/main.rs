//! Tests of the PostgreSQL adapter: the contract of all stores, and what is specific to a server.

#![expect(clippy::unwrap_used, clippy::panic, reason = "an error in a test helper fails the test")]

mod announcements;
mod cluster;
mod concurrency;
mod connections;
mod contract;
mod contract_on_newest;
mod failover;
mod lock_wait;
mod migrations;
mod order;
mod outages;
mod poolers;
mod proxy;
mod query_plans;
mod refusals;
mod round_trips;
mod samples;
mod secured;

use std::time::Duration;

/// Waits at most 30 s.
async fn wait_until<F: Future<Output = bool>>(condition: impl Fn() -> F) {
    for _ in 0..600 {
        if condition().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it did not happen within 30 s");
}
