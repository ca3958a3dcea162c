//! Any opaque token.

#![no_main]

use jeton_protocol::properties;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| properties::sealed_token(input));
