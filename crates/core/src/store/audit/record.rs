//! How a record of the audit log is made, and the digest that chains it to the previous record.
//!
//! Only this module defines what is hashed (docs/audit.md), so that every adapter writes the same chains.

use aws_lc_rs::digest::{Context, SHA256};
use jeton_protocol::RegionName;
use serde_json::{Value, json};

use crate::model::{Actor, Chain, Timestamp};
use crate::store::{Action, AuditEntry, AuditRecord, ChainHead, RecordDigest, Sequence, Subject};

/// The end of a chain. The next record is chained to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainEnd {
    /// The chain.
    pub chain: Chain,
    /// The last number that was assigned, even if its record no longer exists.
    pub sequence: Sequence,
    /// The digest of the last record; `None` if there is no record yet.
    pub digest: Option<RecordDigest>,
}

impl ChainEnd {
    /// The end of a chain without records.
    #[must_use]
    pub fn empty(chain: Chain) -> Self {
        Self { chain, sequence: Sequence::START, digest: None }
    }

    /// Creates the record of `entry` that follows this end and is chained to it.
    #[must_use]
    pub fn next_record(&self, entry: &AuditEntry) -> AuditRecord {
        let mut record = AuditRecord {
            chain: self.chain.clone(),
            sequence: Sequence(self.sequence.0.saturating_add(1)),
            at: entry.at,
            actor_kind: Some(entry.actor.kind().as_str().to_owned()),
            actor: entry.actor.to_string(),
            action: entry.action.as_str().to_owned(),
            region: region_of(&self.chain),
            tenant: entry.tenant.as_ref().map(|tenant| tenant.as_str().to_owned()),
            subject_kind: entry.subject.kind().to_owned(),
            subject_id: entry.subject.id().into_owned(),
            before: document(entry.before.as_ref()),
            after: document(entry.after.as_ref()),
            digest: None,
        };
        record.digest = Some(digest_after(&record, self.digest.as_ref()));
        record
    }

    /// The end after `record`, which follows this one.
    #[must_use]
    pub fn of(record: &AuditRecord) -> Self {
        Self { chain: record.chain.clone(), sequence: record.sequence, digest: record.digest }
    }

    /// As a head that the chain must contain; `None` without a record.
    #[must_use]
    pub fn head(&self) -> Option<ChainHead> {
        let (chain, sequence) = (self.chain.clone(), self.sequence);
        self.digest.map(|digest| ChainHead { chain, sequence, digest })
    }
}

/// The chain for changes to `subject` by a store of `region`.
#[must_use]
pub fn chain_of(subject: &Subject, region: &RegionName) -> Chain {
    match subject {
        Subject::Account(_) | Subject::Key(_) | Subject::Region(_) | Subject::Token(_) => {
            Chain::Region(region.clone())
        }
        Subject::Tenant(_) | Subject::Resource(_) => Chain::Shared,
        Subject::Chain(chain) => chain.clone(),
    }
}

/// The region of the records of a chain; `None` for what regions share.
#[must_use]
pub fn region_of(chain: &Chain) -> Option<String> {
    match chain {
        Chain::Region(name) => Some(name.as_str().to_owned()),
        Chain::Shared | Chain::Version1 => None,
    }
}

/// The first entry of a chain in a store that earlier versions have written to: it carries the head of their chain, so
/// that the end of that chain cannot be cut off unnoticed.
#[must_use]
pub fn chain_start(chain: &Chain, closed: &ChainHead, at: Timestamp) -> AuditEntry {
    AuditEntry {
        at,
        actor: Actor::Server,
        action: Action::StartChain,
        tenant: None,
        subject: Subject::Chain(chain.clone()),
        before: None,
        after: Some(json!({ CONTINUES: closed })),
    }
}

/// The head that a record of [`chain_start`] carries.
pub(crate) fn continued_head(record: &AuditRecord) -> Option<ChainHead> {
    if record.action != Action::StartChain.as_str() {
        return None;
    }
    let after: Value = serde_json::from_str(record.after.as_deref()?).ok()?;
    after.get(CONTINUES)?.as_str()?.parse().ok()
}

/// The digest of the record if it follows a record with the digest `previous`. `None` counts as 32 zero bytes.
///
/// SHA-256 over the previous digest, the number as `LENGTH:TEXT,`, and [`hashed_text`].
pub(crate) fn digest_after(record: &AuditRecord, previous: Option<&RecordDigest>) -> RecordDigest {
    let mut hash = Context::new(&SHA256);
    hash.update(previous.map_or(&[0; 32][..], RecordDigest::as_bytes));
    let mut text = String::new();
    add_field(&mut text, Some(&record.sequence.0.to_string()));
    hash.update(text.as_bytes());
    hash.update(hashed_text(record).as_bytes());
    RecordDigest::from_stored(hash.finish().as_ref())
}

/// What is hashed of a record after its number: each field as `LENGTH:TEXT,` with the length in bytes, or `-,` for a
/// missing field. So two different records never have the same text. It does not depend on the previous record: a
/// database can compute the digest from it in the statement that assigns the number.
#[must_use]
pub fn hashed_text(record: &AuditRecord) -> String {
    let (chain, at) = (record.chain.to_string(), record.at.to_string());
    let fields = match record.chain {
        Chain::Version1 => {
            [Some(&*at), Some(&record.actor), Some(&record.action), record.region.as_deref()].to_vec()
        }
        Chain::Shared | Chain::Region(_) => vec![
            Some(&*chain),
            Some(&*at),
            record.actor_kind.as_deref(),
            Some(&record.actor),
            Some(&record.action),
            record.tenant.as_deref(),
        ],
    };
    let subject_and_documents = [
        Some(&*record.subject_kind),
        Some(&*record.subject_id),
        record.before.as_deref(),
        record.after.as_deref(),
    ];
    let mut text = String::new();
    fields.into_iter().chain(subject_and_documents).for_each(|field| add_field(&mut text, field));
    text
}

fn add_field(text: &mut String, field: Option<&str>) {
    match field {
        Some(field) => {
            text.push_str(&field.len().to_string());
            text.extend([":", field, ","]);
        }
        None => text.push_str("-,"),
    }
}

/// Null counts as no document, because an export could not distinguish the two.
fn document(view: Option<&Value>) -> Option<String> {
    view.filter(|view| !view.is_null()).map(ToString::to_string)
}

/// The member of the first record of a chain that has the head of the closed chain.
const CONTINUES: &str = "continues";

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> AuditEntry {
        AuditEntry {
            at: Timestamp::from_unix(1_795_000_000),
            actor: Actor::Cli("root".to_owned()),
            action: Action::Update,
            tenant: Some("büyer".parse().unwrap()),
            subject: Subject::Tenant("büyer".parse().unwrap()),
            before: Some(json!({"text": "a\"\n\u{7f}\u{1}ü", "n": 1})),
            after: None,
        }
    }

    fn digests(records: &[AuditRecord]) -> Vec<String> {
        records.iter().map(|record| record.digest.unwrap().to_string()).collect()
    }

    /// The expected values were computed by the script in docs/audit.md.
    #[test]
    fn the_digests_match_an_independent_implementation() {
        let first = ChainEnd::empty(Chain::Shared).next_record(&entry());
        let second = ChainEnd::of(&first).next_record(&entry());
        assert_eq!(
            digests(&[first, second]),
            [
                "5005d508c47846609e310094243b4ca3d2ad04deb034f760b500404a7aa370d5",
                "f37b8979118469bb2b77d65431b008be3e7e232bf6850a35250bcdeb3a73b9a6",
            ]
        );
    }

    /// The expected values were computed by the version that wrote this chain.
    #[test]
    fn the_digests_of_the_first_version_stay_as_they_were() {
        let first = ChainEnd::empty(Chain::Version1).next_record(&entry());
        let mut second = ChainEnd::of(&first).next_record(&entry());
        second.region = Some("eu".to_owned());
        second.digest = Some(digest_after(&second, first.digest.as_ref()));
        assert_eq!(
            digests(&[first, second]),
            [
                "006aeeaf2e2d3908171779989a7b45a18a79fafe21a41665fdf02d6752b4de9f",
                "2416104e900eb3611c0108a254b0896bb81fe85982402daf82693e74d14961a9",
            ]
        );
    }

    #[test]
    fn every_field_and_the_previous_record_change_the_digest() {
        let record = ChainEnd::empty(Chain::Shared).next_record(&entry());
        let digest = digest_after(&record, None);
        let changes: [fn(&mut AuditRecord); 12] = [
            |record| record.chain = Chain::Region("us".parse().unwrap()),
            |record| record.sequence.0 += 1,
            |record| record.at = record.at.after(std::time::Duration::from_secs(1)),
            |record| record.actor_kind = None,
            |record| record.actor.push('x'),
            |record| record.action.push('x'),
            |record| record.tenant = None,
            |record| record.subject_kind.push('x'),
            |record| record.subject_id.push('x'),
            |record| record.before = None,
            |record| record.after = Some("null".to_owned()),
            |record| {
                // A character moves from one field to the next.
                record.subject_id.insert(0, 't');
                record.subject_kind.pop();
            },
        ];
        for change in changes {
            let mut other = record.clone();
            change(&mut other);
            assert_ne!(digest_after(&other, None), digest, "{other:?}");
        }
        assert_ne!(digest_after(&record, Some(&digest)), digest);
        let zeros = RecordDigest::from_stored(b"short");
        assert_eq!(digest_after(&record, Some(&zeros)), digest);
    }

    #[test]
    fn the_first_record_of_a_chain_carries_the_head_of_the_closed_one() {
        let closed = ChainEnd::of(&ChainEnd::empty(Chain::Version1).next_record(&entry())).head().unwrap();
        let chain = Chain::Region("us".parse().unwrap());
        let start = chain_start(&chain, &closed, Timestamp::from_unix(0));
        assert_eq!(chain_of(&start.subject, &"eu".parse().unwrap()), chain);
        let record = ChainEnd::empty(chain).next_record(&start);
        assert_eq!(continued_head(&record), Some(closed));
        assert_eq!(continued_head(&AuditRecord { action: "update".to_owned(), ..record }), None);
    }
}
