//! An audit log record as it is stored, and the digest that chains it to the previous record.
//!
//! Only this module defines what is hashed (docs/audit.md), so that every adapter writes the same chain.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{Context, SHA256};
use jeton_protocol::RegionName;
use serde_json::Value;

use super::{AuditEntry, Sequence};
use crate::model::Timestamp;

/// A stored record. Action and kind are plain text, because a later version may have written unknown ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its position in the log: one higher than that of the previous record.
    pub sequence: Sequence,
    /// The time, by the clock of the writer.
    pub at: Timestamp,
    /// Who made the change.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// The region; `None` for changes to data that all regions share.
    pub region: Option<String>,
    /// The kind of the subject.
    pub subject_kind: String,
    /// The id of the subject.
    pub subject_id: String,
    /// The state before the change, as JSON text.
    pub before: Option<String>,
    /// The state after the change, as JSON text.
    pub after: Option<String>,
    /// Chains the record to all previous ones; `None` if it was written by a version without the chain.
    pub digest: Option<RecordDigest>,
}

/// The end of the log. The next record is chained to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AuditLogEnd {
    /// The last position that was assigned, even if its record no longer exists.
    pub sequence: Sequence,
    /// The digest of the last record that has one.
    pub digest: Option<RecordDigest>,
}

impl AuditRecord {
    /// Creates the record of `entry` that follows `end` and is chained to it.
    #[must_use]
    pub fn following(end: &AuditLogEnd, entry: &AuditEntry, region: Option<&RegionName>) -> Self {
        let mut record = Self {
            sequence: Sequence(end.sequence.0.saturating_add(1)),
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
        record.digest = Some(record.digest_after(end.digest.as_ref()));
        record
    }

    /// The digest of the record if it follows a record with the digest `previous`. `None` counts as 32 zero bytes.
    ///
    /// SHA-256 over the previous digest and each field as `LENGTH:TEXT,` with the length in bytes, or `-,` for a
    /// missing field. So two different records never have the same hash input.
    #[must_use]
    pub fn digest_after(&self, previous: Option<&RecordDigest>) -> RecordDigest {
        let mut hash = Context::new(&SHA256);
        hash.update(&previous.map_or([0; 32], |previous| previous.0));
        let (sequence, at) = (self.sequence.0.to_string(), self.at.to_string());
        let fields = [
            Some(sequence.as_str()),
            Some(at.as_str()),
            Some(self.actor.as_str()),
            Some(self.action.as_str()),
            self.region.as_deref(),
            Some(self.subject_kind.as_str()),
            Some(self.subject_id.as_str()),
            self.before.as_deref(),
            self.after.as_deref(),
        ];
        for field in fields {
            match field {
                Some(text) => hash.update(format!("{}:{text},", text.len()).as_bytes()),
                None => hash.update(b"-,"),
            }
        }
        RecordDigest::from_stored(hash.finish().as_ref())
    }
}

/// Null counts as no document, because an export could not distinguish the two.
fn document(view: Option<&Value>) -> Option<String> {
    view.filter(|view| !view.is_null()).map(ToString::to_string)
}

/// A SHA-256 digest; as text, 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RecordDigest([u8; 32]);

impl RecordDigest {
    /// Wraps a stored digest. A value that is not 32 bytes long becomes all zeros, which no record has. So verification
    /// reports a changed record and the log stays readable.
    #[must_use]
    pub fn from_stored(bytes: &[u8]) -> Self {
        Self(bytes.try_into().unwrap_or_default())
    }

    /// The bytes as they are stored.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for RecordDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for RecordDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for RecordDigest {
    type Err = InvalidDigest;

    fn from_str(text: &str) -> Result<Self, InvalidDigest> {
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(InvalidDigest);
        }
        let mut bytes = [0; 32];
        for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(&text[at..at + 2], 16).map_err(|_| InvalidDigest)?;
        }
        Ok(Self(bytes))
    }
}

/// The text is not a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not a digest of 64 hexadecimal digits")]
pub struct InvalidDigest;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
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
        let first = AuditRecord::following(&AuditLogEnd::default(), &entry(), None);
        assert_eq!(
            first.digest.unwrap().to_string(),
            "006aeeaf2e2d3908171779989a7b45a18a79fafe21a41665fdf02d6752b4de9f"
        );
        let end = AuditLogEnd { sequence: first.sequence, digest: first.digest };
        let second = AuditRecord::following(&end, &entry(), Some(&"eu".parse().unwrap()));
        assert_eq!(
            second.digest.unwrap().to_string(),
            "2416104e900eb3611c0108a254b0896bb81fe85982402daf82693e74d14961a9"
        );
    }

    #[test]
    fn every_field_and_the_previous_record_change_the_digest() {
        let record = AuditRecord::following(&AuditLogEnd::default(), &entry(), None);
        let digest = record.digest_after(None);
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
            assert_ne!(other.digest_after(None), digest, "{other:?}");
        }
        assert_ne!(record.digest_after(Some(&digest)), digest);
        let zeros = RecordDigest::from_stored(b"short");
        assert_eq!(record.digest_after(Some(&zeros)), digest);
    }

    #[test]
    fn a_digest_is_parsed_from_its_text() {
        let digest = AuditRecord::following(&AuditLogEnd::default(), &entry(), None).digest.unwrap();
        assert_eq!(digest.to_string().parse(), Ok(digest));
        for text in ["", "00", &"0".repeat(63), &"0".repeat(65), &"g".repeat(64), &"ü".repeat(32)] {
            assert_eq!(text.parse::<RecordDigest>(), Err(InvalidDigest), "{text}");
        }
    }
}
