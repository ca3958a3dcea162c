//! Any scanner input, split anywhere.

#![no_main]

use jeton_protocol::properties;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (usize, &[u8])| properties::secret_scanner(input.1, input.0));
