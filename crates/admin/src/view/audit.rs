//! The records of the audit log, as they are stored.

use std::fmt;
use std::str::FromStr;

use crate::value::{Chain, Timestamp};

/// The number of a record in its chain of the audit log. Later records have higher numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Sequence(pub i64);

impl Sequence {
    /// The number before that of the first record.
    pub const START: Self = Self(0);
}

/// A stored record. Action and kinds are plain text, because a later version may have written unknown ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// The chain that it belongs to.
    pub chain: Chain,
    /// Its number in the chain: one higher than that of the previous record.
    pub sequence: Sequence,
    /// The time, by the clock of the writer.
    pub at: Timestamp,
    /// The kind of the actor; `None` in [`Chain::Version1`].
    pub actor_kind: Option<String>,
    /// Who made the change.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// The region; `None` for changes to data that all regions share.
    pub region: Option<String>,
    /// The tenant that the subject belongs to or is; `None` if it belongs to none, and in [`Chain::Version1`].
    pub tenant: Option<String>,
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
    use super::*;

    #[test]
    fn a_digest_is_parsed_from_its_text() {
        let digest = RecordDigest::from_stored(&[0xa7; 32]);
        assert_eq!(digest.to_string().parse(), Ok(digest));
        for text in ["", "00", &"0".repeat(63), &"0".repeat(65), &"g".repeat(64), &"ü".repeat(32)] {
            assert_eq!(text.parse::<RecordDigest>(), Err(InvalidDigest), "{text}");
        }
    }
}
