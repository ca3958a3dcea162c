//! What stands for a client id or a tenant's name in the revocation feed.
//!
//! It decides its form. It must not know how SHA-256 is computed.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The first 96 bits of the SHA-256 of a client id or a tenant's name in UTF-8; as text 16 characters of base64url.
///
/// Whoever has a token finds its account and tenant by it; whoever has none does not learn which there are. An equal one
/// of another name could only refuse a good token, never let a revoked one pass, and among a million names in the feed
/// and a million others any equal pair has a chance of one in 10^16.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameDigest([u8; BYTES]);

impl NameDigest {
    /// The beginning of the SHA-256 of the name.
    #[must_use]
    pub const fn from_sha256(sha256: &[u8; 32]) -> Self {
        let mut bytes = [0; BYTES];
        bytes.copy_from_slice(sha256.split_at(BYTES).0);
        Self(bytes)
    }
}

/// A text that is no such digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a name digest is 16 characters of base64url")]
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

/// A multiple of three, so that the text has no odd bits at its end.
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
    fn any_other_text_is_refused() {
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
