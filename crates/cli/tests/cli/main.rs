//! The real binary in temporary folders: what people and scripts see.

#![expect(clippy::unwrap_used, reason = "helpers of tests, not only tests, may panic")]

mod account_import;
mod account_references;
mod audience;
mod audit;
mod backup;
mod changes;
mod config_check;
mod configuration;
mod dev;
mod durability;
mod explain;
mod files;
mod full_disk;
mod harness;
mod help;
mod hydra;
mod integrators;
mod json;
mod keys;
mod kills;
mod leak;
mod lock_wait;
mod nginx;
mod nodes;
mod permissions;
mod read_only_media;
mod real_clients;
mod refusals;
mod regions;
mod replaced;
mod restore;
mod revocation;
mod revocation_feed;
mod secret_output;
mod secrets;
mod serve;
mod signals;
mod simulate;
mod store;
mod tables;
mod terminal;
mod tls;
mod tokens;
mod visible;
