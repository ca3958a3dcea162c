//! The revocation feed: lets an API that validates JWTs locally reject the revoked ones.
//!
//! This module decides the members and the size of the document. It must not know where the revocations come from, nor
//! how to choose among too many.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{NameDigest, Truncation};

/// All revocations that affect unexpired tokens, for the audiences of the caller.
///
/// A revocation is never undone, so a reader merges each document into what it knows: it keeps token ids until they
/// expire, and the higher of two epochs. Then a document from a node that lags behind cannot make a revoked token valid
/// again. An epoch that is not listed was not raised within the lifetime of any token. Revoked keys are not in the
/// feed; they are missing from the JWK Set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevocationFeed {
    /// The issuer, byte for byte as in the tokens. It has one region. The feed does not cover
    /// tokens of other issuers.
    pub iss: String,
    /// The epoch of the region: a token with a lower one is revoked.
    pub region_epoch: i64,
    /// The epochs of tenants that were raised within the lifetime of a token.
    pub tenants: BTreeMap<NameDigest, i64>,
    /// The epochs of accounts that were raised within the lifetime of a token, including deleted accounts.
    pub accounts: BTreeMap<NameDigest, i64>,
    /// The individually revoked tokens, sorted by id.
    pub tokens: Vec<RevokedJti>,
    /// The accounts whose revoked tokens did not all fit in the document. A listed token is still revoked; for any other
    /// token of these accounts the reader must use introspection.
    #[serde(flatten)]
    pub truncation: Truncation,
}

/// A revoked token; on the wire an array of these two members.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "(String, i64)", into = "(String, i64)")]
pub struct RevokedJti {
    /// The token's id (RFC 7519 §4.1.7).
    pub jti: String,
    /// When it would have expired, in Unix seconds.
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

/// The maximum number each of token ids, accounts, tenants and truncated accounts in a document.
pub const MAX_FEED_ENTRIES: usize = 10_000;

/// The maximum size of a document in bytes: a reader can reject anything longer.
pub const MAX_FEED_BYTES: usize = 1_536 * 1_024;

/// The longest time that a long poll waits for a change, in seconds. A higher `wait` is reduced to it.
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
            truncation: Truncation::None,
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
    fn a_document_without_the_truncated_member_is_rejected() {
        let text = r#"{"iss":"i","region_epoch":0,"tenants":{},"accounts":{},"tokens":[]}"#;
        assert!(serde_json::from_str::<RevocationFeed>(text).is_err());
    }

    /// The version before documents named the accounts.
    #[test]
    fn an_earlier_reader_of_a_truncated_document_sees_that_it_is_truncated() {
        #[derive(Deserialize)]
        struct EarlierFeed {
            truncated: bool,
        }
        let text = concat!(
            r#"{"iss":"i","region_epoch":0,"tenants":{},"accounts":{},"tokens":[],"#,
            r#""truncated":true,"truncated_accounts":["AAAAAf__________"]}"#
        );
        let feed: RevocationFeed = serde_json::from_str(text).unwrap();
        assert_eq!(feed.truncation, Truncation::of([digest(1)].into()));
        assert_eq!(serde_json::to_string(&feed).unwrap(), text);
        assert!(serde_json::from_str::<EarlierFeed>(text).unwrap().truncated);
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
            truncation: Truncation::of(
                (0..MAX_FEED_ENTRIES).map(|at| digest(u32::try_from(at).unwrap())).collect(),
            ),
        };
        let length = serde_json::to_vec(&feed).unwrap().len();
        assert!(length <= MAX_FEED_BYTES, "{length}");
    }
}
