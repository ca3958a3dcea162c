//! Copies of whole stores between SQLite and PostgreSQL.

#![expect(clippy::unwrap_used, clippy::panic, reason = "an error in a test helper fails the test")]

mod backup;
mod changes;
mod failures;
mod fence;
mod place;
mod round_trip;
mod schema;
mod stages;
