//! Tests of the PostgreSQL adapter: the contract of all stores, and what is specific to a server.

#![expect(clippy::unwrap_used, clippy::panic, reason = "an error in a test helper fails the test")]

mod announcements;
mod cluster;
mod concurrency;
mod contract;
mod lock_wait;
mod migrations;
mod order;
mod outages;
mod proxy;
mod refusals;
mod samples;
mod secured;
