//! Copies of whole stores between SQLite and PostgreSQL.

#![expect(clippy::unwrap_used, clippy::panic, reason = "an error in a test helper fails the test")]

mod backup;
mod changes;
mod failures;
mod fence;
mod place;
#[path = "../../../store-postgres/tests/it/proxy.rs"]
#[expect(dead_code, reason = "the tests of the adapter use the rest")]
mod proxy;
mod round_trip;
mod schema;
mod stages;
mod unconfirmed;
