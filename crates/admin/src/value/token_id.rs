//! The id of a token.
//!
//! Only its form. It must not know what a token says.

use std::fmt;
use std::str::FromStr;

use jeton_protocol::base62;
use serde::Serialize;

use super::InvalidName;

/// The id of a token: the 16 random bytes of `jti` (RFC 7519 §4.1.7). As text: 22 base62 characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenId([u8; 16]);

impl TokenId {
    /// The id of these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl FromStr for TokenId {
    type Err = InvalidName;

    fn from_str(value: &str) -> Result<Self, InvalidName> {
        base62::decode_id(value).map(Self).ok_or_else(|| {
            InvalidName::new("the token id", value, "it must be the 22 characters of the jti of a token")
        })
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base62::encode(&self.0))
    }
}

impl Serialize for TokenId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_id_round_trips_as_text() {
        for text in ["0000000000000000000000", "7n42DGM5Tflk9n8mt7Fhc7", "0A1b2C3d4E5f6G7h8I9j0K"] {
            assert_eq!(text.parse::<TokenId>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn an_invalid_token_id_is_refused() {
        for text in ["", "0", "7n42DGM5Tflk9n8mt7Fhc8", "000000000000000000000", "00000000000000000000000"] {
            assert!(text.parse::<TokenId>().is_err(), "{text}");
        }
    }
}
