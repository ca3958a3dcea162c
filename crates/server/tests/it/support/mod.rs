//! Shared by the tests: a world with a store, accounts and nodes, and calls through the real router.

mod answer;
mod at_once;
mod call;
mod fragile_store;
pub(crate) mod jwt;
mod log;
mod ports;
mod world;

pub(crate) use answer::Answer;
pub(crate) use at_once::at_once;
pub(crate) use call::Call;
pub(crate) use fragile_store::FragileStore;
pub(crate) use log::everything_logged;
pub(crate) use ports::{ACTIVE_FOR, KEPT_FOR, MockClock, PUBLISHED_FOR, START, SeededRandomness};
pub(crate) use world::{
    API, Client, EU_ISSUER, ISSUER, Setup, World, granted, granted_on, in_both_formats, introspecting,
    resource, token_call, uri,
};
