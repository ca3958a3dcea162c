//! The pages under `docs/validate`: each shows a file of `examples/validate`, and the file does what the page says.

#![expect(clippy::unwrap_used, reason = "helpers of tests, not only tests, may panic")]

mod api;
mod docs;
mod forger;
mod go;
#[expect(dead_code, reason = "the tests of the commands use it too")]
#[path = "../cli/harness.rs"]
mod harness;
mod java;
mod jeton;
mod node;
mod python;
mod rules;
mod rust;
mod spring;
