//! Property tests, with generated inputs close to the edge cases.

use jeton_jose::properties;
use proptest::prelude::*;

proptest! {
    #[test]
    fn a_signed_token_has_one_spelling(
        text in prop_oneof![
            ".{0,60}",
            "eyJhbGciOiJFUzI1NiJ9\\.[A-Za-z0-9_=-]{0,6}\\.[A-Za-z0-9_=-]{0,6}(\\.[A-Z]?)?",
        ],
    ) {
        properties::jws(&text);
    }
}
