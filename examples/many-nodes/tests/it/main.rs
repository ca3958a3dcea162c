//! The walk as a program, and its proxy.

#![expect(clippy::unwrap_used, reason = "helpers of tests, not only tests, may panic")]

mod proxy;
mod walk;
