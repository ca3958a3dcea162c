//! What is promised of the `SQLite` adapter: the contract of all stores, and what is special to a file on a disk.

#![expect(clippy::unwrap_used, reason = "what helpers of tests cannot do fails the test")]

mod audit;
mod bulk;
mod contract;
mod feed;
mod inspect;
mod lock_wait;
mod migrations;
mod outages;
mod permissions;
mod refusals;
mod samples;
