//! The digest of a client id or tenant name in the revocation feed.
//!
//! This module decides the text form. It must not know how SHA-256 is computed.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The first 96 bits of the SHA-256 of a client id or a tenant's name in UTF-8; as text 16 characters of base64url.
///
/// A reader that has a token can find the token's account and tenant in the feed; the feed does not reveal other names.
/// A collision of two names could only reject a valid token, never accept a revoked one. Among a million names in the
/// feed and a million others, the probability of any collision is one in 10^16.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameDigest([u8; BYTES]);

impl NameDigest {
    /// Takes the first 96 bits of the SHA-256 of the name.
    #[must_use]
    pub const fn from_sha256(sha256: &[u8; 32]) -> Self {
        let mut bytes = [0; BYTES];
        bytes.copy_from_slice(sha256.split_at(BYTES).0);
        Self(bytes)
    }
}

/// The text is not a name digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a name digest must be 16 characters of base64url")]
pub struct NameDigestError;

impl FromStr for NameDigest {
    type Err = NameDigestError;

    fn from_str(text: &str) -> Result<Self, NameDigestError> {
        let mut bytes = [0; BYTES];
        match URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) {
            Ok(BYTES) => Ok(Self(bytes)),
            Ok(_) | Err(_) => Err(NameDigestError),
        }
    }
}

impl fmt::Display for NameDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for NameDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for NameDigest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for NameDigest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A multiple of three, so that base64url needs no padding bits.
const BYTES: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_beginning_of_the_sha_256_in_base64url() {
        let sha256: [u8; 32] = std::array::from_fn(|index| 0xff - u8::try_from(index).unwrap());
        let digest = NameDigest::from_sha256(&sha256);
        assert_eq!(digest.to_string(), "__79_Pv6-fj39vX0");
        assert_eq!(digest.to_string().parse(), Ok(digest));
    }

    #[test]
    fn any_other_text_is_rejected() {
        for text in [
            "",
            "AAAA",
            "AAAAAAAAAAAAAAA",
            "AAAAAAAAAAAAAAAAA",
            "AAAAAAAAAAAAAAA=",
            "AAAAAAAAAAAAAAA+",
            &"A".repeat(99),
        ] {
            assert_eq!(text.parse::<NameDigest>(), Err(NameDigestError), "{text}");
        }
    }
}
