//! What a summary of clients' revocations says, computed from the stored rows: when it is written, and again when the
//! audit log is verified.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use aws_lc_rs::digest::{Context, SHA256};
use jeton_protocol::ClientId;
use serde_json::{Value, json};

use crate::store::{ClientRevocation, RevocationNumber};

/// A summary in the making. It holds one counter per account, however many revocations there are.
pub(crate) struct RevocationSummary {
    first: RevocationNumber,
    last: RevocationNumber,
    count: u64,
    digest: Context,
    by_account: HashMap<ClientId, u64>,
}

impl Default for RevocationSummary {
    fn default() -> Self {
        let (first, last) = (RevocationNumber::default(), RevocationNumber::default());
        Self { first, last, count: 0, digest: Context::new(&SHA256), by_account: HashMap::new() }
    }
}

impl RevocationSummary {
    /// Adds the next revocations, in the order of their numbers.
    pub(crate) fn add(&mut self, revocations: &[ClientRevocation]) {
        for revocation in revocations {
            self.add_one(revocation);
        }
    }

    fn add_one(&mut self, revocation: &ClientRevocation) {
        let ClientRevocation { number, token, client_id, expires_at, revoked_at } = revocation;
        if self.count == 0 {
            self.first = *number;
        }
        self.last = *number;
        self.count += 1;
        for field in [
            number.0.to_string(),
            token.to_string(),
            client_id.to_string(),
            expires_at.unix().to_string(),
            revoked_at.unix().to_string(),
        ] {
            self.digest.update(format!("{}:{field},", field.len()).as_bytes());
        }
        match self.by_account.get_mut(client_id) {
            Some(count) => *count += 1,
            None => {
                self.by_account.insert(client_id.clone(), 1);
            }
        }
    }

    /// How many revocations were added.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// The number of the last one that was added; 0 if there is none.
    pub(crate) fn last(&self) -> RevocationNumber {
        self.last
    }

    /// The document of the audit record; `None` if there is nothing to summarize.
    pub(crate) fn into_document(self) -> Option<Value> {
        if self.count == 0 {
            return None;
        }
        let digest = self.digest.finish().as_ref().iter().fold(String::new(), |mut text, byte| {
            // Writing to a string does not fail.
            let _ = write!(text, "{byte:02x}");
            text
        });
        let mut accounts: Vec<(ClientId, u64)> = self.by_account.into_iter().collect();
        // Those with the most come first; accounts with as many are in the order of their ids.
        accounts
            .sort_unstable_by(|(id, count), (other, others)| others.cmp(count).then_with(|| id.cmp(other)));
        let others: u64 = accounts.iter().skip(MAX_ACCOUNTS).map(|(_, count)| count).sum();
        let by_account: BTreeMap<_, _> = accounts.into_iter().take(MAX_ACCOUNTS).collect();
        let mut document = json!({
            "first": self.first.0,
            "last": self.last.0,
            "count": self.count,
            "digest": digest,
            "by_account": by_account,
        });
        if others > 0 {
            document["others"] = others.into();
        }
        Some(document)
    }
}

/// A record names no more accounts.
const MAX_ACCOUNTS: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Timestamp, TokenId};

    fn revocation(number: u8, client_id: &str) -> ClientRevocation {
        ClientRevocation {
            number: RevocationNumber(number.into()),
            token: TokenId::from_bytes([number; 16]),
            client_id: client_id.parse().unwrap(),
            expires_at: Timestamp::from_unix(1_795_003_600),
            revoked_at: Timestamp::from_unix(1_795_000_000),
        }
    }

    fn document(revocations: &[ClientRevocation]) -> Value {
        let mut summary = RevocationSummary::default();
        summary.add(revocations);
        summary.into_document().unwrap()
    }

    /// The digest was computed by the script in docs/audit.md.
    #[test]
    fn a_summary_matches_an_independent_implementation() {
        let all = [revocation(7, "b"), revocation(9, "a"), revocation(200, "b")];
        assert_eq!(
            document(&all),
            json!({
                "first": 7,
                "last": 200,
                "count": 3,
                "digest": "cf485b1ce97f5c28c4caea786f6008f2c7c77332686477761576ce31e5b1ce47",
                "by_account": { "a": 1, "b": 2 },
            })
        );
    }

    #[test]
    fn without_revocations_there_is_no_summary() {
        assert_eq!(RevocationSummary::default().into_document(), None);
    }

    #[test]
    fn every_field_and_the_order_change_the_digest() {
        let (one, two) = (revocation(1, "a"), revocation(2, "a"));
        let digest = |revocations: &[ClientRevocation]| document(revocations)["digest"].clone();
        let whole = digest(&[one.clone(), two.clone()]);
        let changes: [fn(&mut ClientRevocation); 5] = [
            |one| one.number.0 += 10,
            |one| one.token = TokenId::from_bytes([3; 16]),
            |one| one.client_id = "b".parse().unwrap(),
            |one| one.expires_at = Timestamp::from_unix(1),
            |one| one.revoked_at = Timestamp::from_unix(1),
        ];
        for change in changes {
            let mut other = one.clone();
            change(&mut other);
            assert_ne!(digest(&[other.clone(), two.clone()]), whole, "{other:?}");
        }
        assert_ne!(digest(&[two.clone(), one.clone()]), whole);
        assert_ne!(digest(&[one]), whole);
    }

    #[test]
    fn the_hundred_accounts_with_the_most_are_named() {
        let mut all: Vec<ClientRevocation> =
            (0..=101).map(|number| revocation(number, &format!("account{number:03}"))).collect();
        all.push(revocation(102, "account101"));
        all.push(revocation(103, "account101"));
        let document = document(&all);
        let named = document["by_account"].as_object().unwrap();
        assert_eq!((named.len(), &named["account101"], &document["others"]), (100, &json!(3), &json!(2)));
        // Of those with one each, the first by their ids.
        assert!(named.contains_key("account098") && !named.contains_key("account099"), "{named:?}");
    }
}
