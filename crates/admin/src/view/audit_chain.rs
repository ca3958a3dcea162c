//! Whether the audit log was changed.
//!
//! Only the result. It must not know how the chain of records is checked.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::{RecordDigest, Sequence};
use crate::value::Chain;

/// The result of [`verify_audit`](crate::administration::AuditReading::verify_audit).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditVerdict {
    /// The log is complete and unchanged.
    Intact(IntactLog),
    /// The log was changed, reordered or cut.
    Broken(BrokenLog),
}

/// The place and digest of a verified record. It vouches for all records before it in its chain.
///
/// As text: `CHAIN=DIGEST@NUMBER`. Without `CHAIN=`, it is a head that an earlier version printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainHead {
    /// The chain of the record.
    pub chain: Chain,
    /// The number of the record in its chain.
    pub sequence: Sequence,
    /// The digest of the record.
    pub digest: RecordDigest,
}

impl fmt::Display for ChainHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}@{}", self.chain, self.digest, self.sequence.0)
    }
}

impl Serialize for ChainHead {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for ChainHead {
    type Err = InvalidHead;

    fn from_str(text: &str) -> Result<Self, InvalidHead> {
        let (chain, record) = match text.split_once('=') {
            Some((chain, record)) => (chain.parse().map_err(|_| InvalidHead)?, record),
            None => (Chain::Version1, text),
        };
        let (digest, sequence) = record.split_once('@').ok_or(InvalidHead)?;
        let sequence = sequence.parse().ok().filter(|sequence| *sequence > 0).ok_or(InvalidHead)?;
        Ok(Self { chain, sequence: Sequence(sequence), digest: digest.parse().map_err(|_| InvalidHead)? })
    }
}

/// The text is not a chain head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not a head of the audit log: a chain, =, 64 hexadecimal digits, @ and a number")]
pub struct InvalidHead;

/// A log whose chains are complete and unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct IntactLog {
    /// The number of records.
    pub records: u64,
    /// The number of records that were written before there were chains. Nothing can be said of them.
    pub unchained: u64,
    /// The last record of each chain, ordered by the name of the chain.
    pub heads: Vec<ChainHead>,
}

/// The first place at which the log differs from what was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("record {} of chain {chain}: {fault}", .sequence.0)]
pub struct BrokenLog {
    /// The chain.
    pub chain: Chain,
    /// The number in the chain.
    pub sequence: Sequence,
    /// What is wrong there.
    pub fault: LogFault,
}

/// What is wrong at a place of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum LogFault {
    /// The record is missing.
    #[error("it is missing, and so are all records before record {}", .next.0)]
    Missing {
        /// The next record that exists.
        next: Sequence,
    },
    /// The record does not match its digest.
    #[error("it does not match its digest, so it was changed after it was written")]
    Changed,
    /// Another record belongs at this position.
    #[error("it was moved; the record that belongs here is now record {}", .found_at.0)]
    Reordered {
        /// The position at which that record was found.
        found_at: Sequence,
    },
    /// The record has no digest, although records before it have one, or all of the chain must have one.
    #[error("it has no digest, so it was written by hand or by a version without digests")]
    Unchained,
    /// The chain ends before an expected head.
    #[error("it is an expected head and is missing; the chain ends with record {}", .end.0)]
    CutOff {
        /// The last record of the chain.
        end: Sequence,
    },
    /// The record is not the expected head of its number.
    #[error("its digest differs from that of an expected head, so the chain was rewritten")]
    Rewritten,
    /// The record summarizes revocations by clients, and the stored ones have another summary.
    #[error("it summarizes revocations by clients, but the stored revocations were changed or removed")]
    SummaryDiffers,
}

impl LogFault {
    /// A stable identifier of the fault, for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing { .. } => "missing",
            Self::Changed => "changed",
            Self::Reordered { .. } => "reordered",
            Self::Unchained => "unchained",
            Self::CutOff { .. } => "cut_off",
            Self::Rewritten => "rewritten",
            Self::SummaryDiffers => "summary_differs",
        }
    }
}
