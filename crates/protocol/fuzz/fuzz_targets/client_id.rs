//! Any client id.

#![no_main]

use jeton_protocol::properties;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| properties::client_id(input));
