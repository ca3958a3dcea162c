//! The commands, one per file: parse, call the administration, print. `confirmations` is what they share.

pub(crate) mod account;
pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod completions;
pub(crate) mod config;
mod confirmations;
pub(crate) mod dev;
pub(crate) mod explain;
pub(crate) mod import;
pub(crate) mod key;
pub(crate) mod migrate;
pub(crate) mod node;
pub(crate) mod panic;
pub(crate) mod region;
pub(crate) mod resource;
pub(crate) mod restore;
pub(crate) mod secret;
pub(crate) mod serve;
mod stop_signals;
pub(crate) mod store;
pub(crate) mod tenant;
pub(crate) mod token;
