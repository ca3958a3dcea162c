//! Any body as a form.

#![no_main]

use jeton_protocol::properties;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| properties::form(input));
