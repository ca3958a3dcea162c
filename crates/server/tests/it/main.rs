//! Protocol tests through the real router in process, with a mock clock, seeded randomness and a store on disk. Each
//! test covers one rule of the protocol.

#![expect(clippy::unwrap_used, reason = "a failure in shared test code fails the test")]

mod certificate;
mod client_authentication;
mod earlier_database;
mod every_endpoint;
mod explain;
mod introspection;
mod keys;
mod leak;
mod metadata;
mod monitoring;
mod nodes;
mod revocation;
mod revocation_feed;
mod secrecy;
mod support;
mod token;
mod trouble;
mod warm_path;
