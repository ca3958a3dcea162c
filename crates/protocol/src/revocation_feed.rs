//! The revocation feed: what whoever checks JWTs by itself must know to refuse the revoked ones.
//!
//! It decides the document's members and its size. It must not know where the revocations come from, nor whose they are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::NameDigest;

/// All that has been revoked of the tokens that may still be alive, for the audiences of whoever asks.
///
/// Nothing takes a revocation back, so a reader adds what it reads to what it knows: token ids until their expiry, epochs
/// by the higher one. Then an answer of a node that has not heard the latest yet revives nothing. Epochs that are not
/// listed were not raised within the life of any token; keys that were revoked are missing in the JWK Set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevocationFeed {
    /// The issuer, byte for byte as in the tokens. It has one region: tokens of another issuer are not meant.
    pub iss: String,
    /// The region's epoch: a token minted under a lower one is dead.
    pub region_epoch: i64,
    /// The epochs of tenants that were raised lately.
    pub tenants: BTreeMap<NameDigest, i64>,
    /// The epochs of accounts that were raised lately, those of deleted accounts among them.
    pub accounts: BTreeMap<NameDigest, i64>,
    /// The tokens that were revoked by themselves, in the order of their ids.
    pub tokens: Vec<RevokedJti>,
    /// There is more than the document has room for: what it lists is dead, and of any other token only introspection
    /// knows whether it is alive.
    pub truncated: bool,
}

/// A revoked token; on the wire an array of the two.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "(String, i64)", into = "(String, i64)")]
pub struct RevokedJti {
    /// Its id (RFC 7519 §4.1.7).
    pub jti: String,
    /// When it would have ended by itself, in Unix seconds.
    pub exp: i64,
}

impl From<(String, i64)> for RevokedJti {
    fn from((jti, exp): (String, i64)) -> Self {
        Self { jti, exp }
    }
}

impl From<RevokedJti> for (String, i64) {
    fn from(token: RevokedJti) -> Self {
        (token.jti, token.exp)
    }
}

/// The most token ids, the most accounts and the most tenants that a document lists.
pub const MAX_FEED_ENTRIES: usize = 10_000;

/// No document is longer, in bytes: a reader may stop there.
pub const MAX_FEED_BYTES: usize = 1_536 * 1_024;

/// The longest time that an answer is held back for a change, in seconds; whoever asks for more gets this.
pub const MAX_FEED_WAIT_SECONDS: u64 = 25;

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(number: u32) -> NameDigest {
        let mut sha256 = [0xff; 32];
        sha256[..4].copy_from_slice(&number.to_be_bytes());
        NameDigest::from_sha256(&sha256)
    }

    #[test]
    fn the_document_is_compact_json() {
        let feed = RevocationFeed {
            iss: "https://app.example.com".to_owned(),
            region_epoch: 1_795_420_800,
            tenants: BTreeMap::from([(digest(1), 1_795_420_801)]),
            accounts: BTreeMap::from([(digest(2), 1_795_420_802)]),
            tokens: vec![RevokedJti { jti: "7n42DGM5Tflk9n8mt7Fhc7".to_owned(), exp: 1_795_424_400 }],
            truncated: false,
        };
        let text = serde_json::to_string(&feed).unwrap();
        assert_eq!(
            text,
            concat!(
                r#"{"iss":"https://app.example.com","region_epoch":1795420800,"#,
                r#""tenants":{"AAAAAf__________":1795420801},"accounts":{"AAAAAv__________":1795420802},"#,
                r#""tokens":[["7n42DGM5Tflk9n8mt7Fhc7",1795424400]],"truncated":false}"#
            )
        );
        assert_eq!(serde_json::from_str::<RevocationFeed>(&text).unwrap(), feed);
    }

    #[test]
    fn a_document_that_does_not_say_whether_it_is_whole_is_refused() {
        let text = r#"{"iss":"i","region_epoch":0,"tenants":{},"accounts":{},"tokens":[]}"#;
        assert!(serde_json::from_str::<RevocationFeed>(text).is_err());
    }

    #[test]
    fn the_largest_document_is_within_its_limit() {
        let epochs =
            || (0..MAX_FEED_ENTRIES).map(|at| (digest(u32::try_from(at).unwrap()), i64::MIN)).collect();
        let token = RevokedJti { jti: "7n42DGM5Tflk9n8mt7Fhc7".to_owned(), exp: i64::MIN };
        let feed = RevocationFeed {
            iss: "i".repeat(4_096),
            region_epoch: i64::MIN,
            tenants: epochs(),
            accounts: epochs(),
            tokens: vec![token; MAX_FEED_ENTRIES],
            truncated: false,
        };
        let length = serde_json::to_vec(&feed).unwrap().len();
        assert!(length <= MAX_FEED_BYTES, "{length}");
    }
}
