//! The real binary in temporary folders: what people and scripts see.

#![expect(clippy::unwrap_used, reason = "helpers of tests, not only tests, may panic")]

mod admin;
mod contributing;
mod harness;
mod output;
mod page;
mod page_commands;
mod postgres;
mod server;
mod storage;
mod stub;
mod third_party;
mod tokens;
