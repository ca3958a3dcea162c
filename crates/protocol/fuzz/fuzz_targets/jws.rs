//! Any signed token.

#![no_main]

use jeton_jose::properties;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| properties::jws(input));
