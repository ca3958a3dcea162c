//! How a record of the audit log is made, and the digest that chains it to the previous record.
//!
//! Only this module defines what is hashed (docs/audit.md), so that every adapter writes the same chain.

use aws_lc_rs::digest::{Context, SHA256};
use jeton_protocol::RegionName;
use serde_json::Value;

use crate::store::{AuditEntry, AuditRecord, RecordDigest, Sequence};

/// The end of the log. The next record is chained to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AuditLogEnd {
    /// The last position that was assigned, even if its record no longer exists.
    pub sequence: Sequence,
    /// The digest of the last record that has one.
    pub digest: Option<RecordDigest>,
}

impl AuditLogEnd {
    /// Creates the record of `entry` that follows this end and is chained to it.
    #[must_use]
    pub fn next_record(&self, entry: &AuditEntry, region: Option<&RegionName>) -> AuditRecord {
        let mut record = AuditRecord {
            sequence: Sequence(self.sequence.0.saturating_add(1)),
            at: entry.at,
            actor: entry.actor.clone(),
            action: entry.action.as_str().to_owned(),
            region: region.map(|region| region.as_str().to_owned()),
            subject_kind: entry.subject.kind().to_owned(),
            subject_id: entry.subject.id().into_owned(),
            before: document(entry.before.as_ref()),
            after: document(entry.after.as_ref()),
            digest: None,
        };
        record.digest = Some(digest_after(&record, self.digest.as_ref()));
        record
    }
}

/// The digest of the record if it follows a record with the digest `previous`. `None` counts as 32 zero bytes.
///
/// SHA-256 over the previous digest and each field as `LENGTH:TEXT,` with the length in bytes, or `-,` for a
/// missing field. So two different records never have the same hash input.
pub(crate) fn digest_after(record: &AuditRecord, previous: Option<&RecordDigest>) -> RecordDigest {
    let mut hash = Context::new(&SHA256);
    hash.update(previous.map_or(&[0; 32][..], RecordDigest::as_bytes));
    let (sequence, at) = (record.sequence.0.to_string(), record.at.to_string());
    let fields = [
        Some(sequence.as_str()),
        Some(at.as_str()),
        Some(record.actor.as_str()),
        Some(record.action.as_str()),
        record.region.as_deref(),
        Some(record.subject_kind.as_str()),
        Some(record.subject_id.as_str()),
        record.before.as_deref(),
        record.after.as_deref(),
    ];
    for field in fields {
        match field {
            Some(text) => hash.update(format!("{}:{text},", text.len()).as_bytes()),
            None => hash.update(b"-,"),
        }
    }
    RecordDigest::from_stored(hash.finish().as_ref())
}

/// Null counts as no document, because an export could not distinguish the two.
fn document(view: Option<&Value>) -> Option<String> {
    view.filter(|view| !view.is_null()).map(ToString::to_string)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::Timestamp;
    use crate::store::{Action, Subject};

    fn entry() -> AuditEntry {
        AuditEntry {
            at: Timestamp::from_unix(1_795_000_000),
            actor: "cli:root".to_owned(),
            action: Action::Update,
            subject: Subject::Tenant("büyer".parse().unwrap()),
            before: Some(json!({"text": "a\"\n\u{7f}\u{1}ü", "n": 1})),
            after: None,
        }
    }

    /// The expected values were computed by the script in docs/audit.md.
    #[test]
    fn the_digests_match_an_independent_implementation() {
        let first = AuditLogEnd::default().next_record(&entry(), None);
        assert_eq!(
            first.digest.unwrap().to_string(),
            "006aeeaf2e2d3908171779989a7b45a18a79fafe21a41665fdf02d6752b4de9f"
        );
        let end = AuditLogEnd { sequence: first.sequence, digest: first.digest };
        let second = end.next_record(&entry(), Some(&"eu".parse().unwrap()));
        assert_eq!(
            second.digest.unwrap().to_string(),
            "2416104e900eb3611c0108a254b0896bb81fe85982402daf82693e74d14961a9"
        );
    }

    #[test]
    fn every_field_and_the_previous_record_change_the_digest() {
        let record = AuditLogEnd::default().next_record(&entry(), None);
        let digest = digest_after(&record, None);
        let changes: [fn(&mut AuditRecord); 10] = [
            |record| record.sequence.0 += 1,
            |record| record.at = record.at.after(std::time::Duration::from_secs(1)),
            |record| record.actor.push('x'),
            |record| record.action.push('x'),
            |record| record.region = Some(String::new()),
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
}
