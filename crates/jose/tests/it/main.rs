//! Tests of signed tokens.

#![expect(clippy::expect_used, reason = "shared test helpers may panic")]

mod jws;
mod properties;
