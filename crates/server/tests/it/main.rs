//! The wire, through the real router in process: a mock clock, seeded randomness, a store on disk. One rule of the
//! protocol a test.

#![expect(clippy::unwrap_used, reason = "what the tests share fails as a test does")]

mod certificate;
mod client_authentication;
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
