//! Tests of the `SQLite` adapter: the contract of all stores, and what is specific to a file on disk.

#![expect(clippy::unwrap_used, reason = "an error in a test helper fails the test")]

mod audit;
mod closed_chain;
mod contract;
mod earlier_versions;
mod feed;
mod inspect;
mod lock_wait;
mod migrations;
mod outages;
mod permissions;
mod query_plans;
mod refusals;
mod samples;
