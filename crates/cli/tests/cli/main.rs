//! The real binary on folders of its own: what people and scripts see.

#![expect(clippy::unwrap_used, reason = "helpers of tests, not only tests, may panic")]

mod changes;
mod configuration;
mod dev;
mod durability;
mod harness;
mod integrators;
mod json;
mod keys;
mod permissions;
mod real_clients;
mod refusals;
mod regions;
mod secret_output;
mod secrets;
mod serve;
mod store;
mod tables;
mod terminal;
mod tokens;
