//! Any secret, and any change of one character in a generated one.

#![no_main]

use jeton_protocol::properties;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: ([u8; 32], usize, char, &str)| {
    let (entropy, position, replacement, text) = input;
    properties::one_changed_character_is_never_generated(entropy, position, replacement);
    properties::secret_shape(text);
});
