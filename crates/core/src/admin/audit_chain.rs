//! Checking the chain of the audit log, record after record. No store here.

use std::fmt;
use std::str::FromStr;

use crate::store::{AuditRecord, RecordDigest, Sequence};

/// A record that is known to be right, and with it all before it: `DIGEST@NUMBER`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainHead {
    /// Its place in the log.
    pub sequence: Sequence,
    /// Its digest.
    pub digest: RecordDigest,
}

impl fmt::Display for ChainHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.digest, self.sequence.0)
    }
}

impl FromStr for ChainHead {
    type Err = InvalidHead;

    fn from_str(text: &str) -> Result<Self, InvalidHead> {
        let (digest, sequence) = text.split_once('@').ok_or(InvalidHead)?;
        let sequence = sequence.parse().ok().filter(|sequence| *sequence > 0).ok_or(InvalidHead)?;
        Ok(Self { sequence: Sequence(sequence), digest: digest.parse().map_err(|_| InvalidHead)? })
    }
}

/// The text is no head of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is not a head such as `jeton audit verify` prints: 64 hexadecimal digits, @ and a number")]
pub struct InvalidHead;

/// A log whose chain is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntactLog {
    /// How many records there are.
    pub records: u64,
    /// How many of them are from before the chain was begun, at its start.
    pub unchained: u64,
    /// The last one; nothing while none is chained.
    pub head: Option<ChainHead>,
}

/// The first place at which a log is not what was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("record {}: {fault}", .sequence.0)]
pub struct BrokenLog {
    /// The place.
    pub sequence: Sequence,
    /// What is wrong there.
    pub fault: LogFault,
}

/// What is wrong with a place in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LogFault {
    /// There is no record.
    #[error("it is missing, and so is everything up to record {}", .next.0)]
    Missing {
        /// The next one that is there.
        next: Sequence,
    },
    /// The record does not match its digest.
    #[error("it does not match its digest, so it was changed after it was written")]
    Changed,
    /// Another record belongs there.
    #[error("it was moved; what belongs here stands as record {}", .stands_at.0)]
    Reordered {
        /// Where that one is.
        stands_at: Sequence,
    },
    /// The record has no digest, though those before it have.
    #[error("it has no digest, so it was written by hand or by a version that knows no chain")]
    Unchained,
    /// The log ends before the record that was noted.
    #[error("it was noted as the head and is gone; the log ends with record {}", .end.0)]
    CutOff {
        /// The last record that is there.
        end: Sequence,
    },
    /// The record is another one than was noted.
    #[error("its digest is not the one that was noted as the head, so the log was written anew")]
    Rewritten,
}

impl LogFault {
    /// The fault in a word, for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing { .. } => "missing",
            Self::Changed => "changed",
            Self::Reordered { .. } => "reordered",
            Self::Unchained => "unchained",
            Self::CutOff { .. } => "cut_off",
            Self::Rewritten => "rewritten",
        }
    }
}

/// A check that has come so far. It holds one head, however long the log is.
#[derive(Debug)]
pub(super) struct ChainCheck {
    noted: Option<ChainHead>,
    last: Sequence,
    so_far: IntactLog,
}

impl ChainCheck {
    /// A check from the start. The log must hold the head that was `noted` earlier.
    pub(super) fn new(noted: Option<ChainHead>) -> Self {
        let so_far = IntactLog { records: 0, unchained: 0, head: None };
        Self { noted, last: Sequence::default(), so_far }
    }

    /// The last record that was checked.
    pub(super) fn last(&self) -> Sequence {
        self.last
    }

    /// How many records were checked.
    pub(super) fn records(&self) -> u64 {
        self.so_far.records
    }

    /// Checks the next records, oldest first.
    pub(super) fn page(&mut self, page: &[AuditRecord]) -> Result<(), BrokenLog> {
        page.iter().try_for_each(|record| self.record(record, page))
    }

    /// What is left to say when there are no more.
    pub(super) fn end(self) -> Result<IntactLog, BrokenLog> {
        match self.noted {
            Some(noted) if noted.sequence > self.last => {
                Err(BrokenLog { sequence: noted.sequence, fault: LogFault::CutOff { end: self.last } })
            }
            Some(_) | None => Ok(self.so_far),
        }
    }

    fn record(&mut self, record: &AuditRecord, page: &[AuditRecord]) -> Result<(), BrokenLog> {
        let sequence = record.sequence;
        let broken = |fault| Err(BrokenLog { sequence, fault });
        let due = Sequence(self.last.0.saturating_add(1));
        if sequence != due {
            return Err(BrokenLog { sequence: due, fault: LogFault::Missing { next: sequence } });
        }
        let previous = self.so_far.head.map(|head| head.digest);
        match record.digest {
            None if previous.is_some() => return broken(LogFault::Unchained),
            None => self.so_far.unchained += 1,
            Some(digest) if digest == record.digest_after(previous.as_ref()) => {
                self.so_far.head = Some(ChainHead { sequence, digest });
            }
            Some(digest) => return broken(misfit(sequence, digest, previous, page)),
        }
        if self.noted.is_some_and(|noted| noted.sequence == sequence && record.digest != Some(noted.digest)) {
            return broken(LogFault::Rewritten);
        }
        self.so_far.records += 1;
        self.last = sequence;
        Ok(())
    }
}

/// Whether a record near by belongs in this place, with the digest that stands here or with its own.
fn misfit(
    place: Sequence,
    digest: RecordDigest,
    previous: Option<RecordDigest>,
    page: &[AuditRecord],
) -> LogFault {
    let belongs_here = |other: &&AuditRecord| {
        let moved = AuditRecord { sequence: place, ..(*other).clone() };
        let fitting = moved.digest_after(previous.as_ref());
        other.sequence != place && (fitting == digest || Some(fitting) == other.digest)
    };
    match page.iter().find(belongs_here) {
        Some(other) => LogFault::Reordered { stands_at: other.sequence },
        None => LogFault::Changed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;
    use crate::store::{Action, AuditEntry, LogEnd, Subject};

    /// Five records, the first `unchained` of which have no digest.
    fn log(unchained: usize) -> Vec<AuditRecord> {
        let mut end = LogEnd::default();
        (0..5)
            .map(|number| {
                let entry = AuditEntry {
                    at: Timestamp::from_unix(i64::try_from(number).unwrap()),
                    actor: "root".to_owned(),
                    action: Action::Update,
                    subject: Subject::Tenant("default".parse().unwrap()),
                    before: None,
                    after: None,
                };
                let mut record = AuditRecord::following(&end, &entry, None);
                if number < unchained {
                    record.digest = None;
                }
                end = LogEnd { sequence: record.sequence, digest: record.digest };
                record
            })
            .collect()
    }

    fn check(log: &[AuditRecord], noted: Option<ChainHead>) -> Result<IntactLog, BrokenLog> {
        let mut check = ChainCheck::new(noted);
        for page in log.chunks(3) {
            check.page(page)?;
        }
        check.end()
    }

    #[track_caller]
    fn assert_broken(log: &[AuditRecord], sequence: i64, fault: LogFault) {
        assert_eq!(check(log, None), Err(BrokenLog { sequence: Sequence(sequence), fault }));
    }

    fn head(record: &AuditRecord) -> ChainHead {
        ChainHead { sequence: record.sequence, digest: record.digest.unwrap() }
    }

    #[test]
    fn a_log_as_it_was_written_is_intact() {
        for unchained in 0..5 {
            let log = log(unchained);
            let intact = check(&log, None).unwrap();
            assert_eq!((intact.records, intact.unchained), (5, unchained as u64));
            assert_eq!(intact.head, Some(head(&log[4])));
        }
        let intact = check(&log(5), None).unwrap();
        assert_eq!((intact.unchained, intact.head), (5, None));
        assert_eq!(check(&[], None).unwrap().records, 0);
    }

    #[test]
    fn a_changed_record_is_found() {
        for (place, number) in (0..5).zip(1..) {
            let mut log = log(0);
            log[place].actor = "somebody else".to_owned();
            assert_broken(&log, number, LogFault::Changed);
        }
    }

    #[test]
    fn a_removed_record_is_found_by_the_one_after_it() {
        for (place, number) in (0..4).zip(1..) {
            let mut log = log(0);
            log.remove(place);
            assert_broken(&log, number, LogFault::Missing { next: Sequence(number + 1) });
        }
    }

    #[test]
    fn a_removed_record_is_found_where_the_others_moved_up() {
        let mut log = log(0);
        log.remove(1);
        for (record, number) in log.iter_mut().zip(1..) {
            record.sequence = Sequence(number);
        }
        assert_broken(&log, 2, LogFault::Changed);
    }

    #[test]
    fn records_that_changed_places_are_found() {
        let mut swapped = log(0);
        swapped.swap(3, 4);
        (swapped[3].sequence, swapped[4].sequence) = (Sequence(4), Sequence(5));
        assert_broken(&swapped, 4, LogFault::Reordered { stands_at: Sequence(5) });
        // The digests stayed where they were.
        let mut log = log(0);
        (swapped[3].digest, swapped[4].digest) = (log[3].digest, log[4].digest);
        log.splice(3.., swapped.into_iter().skip(3));
        assert_broken(&log, 4, LogFault::Reordered { stands_at: Sequence(5) });
    }

    #[test]
    fn a_record_without_a_digest_breaks_a_chain_that_was_begun() {
        let mut log = log(1);
        log[3].digest = None;
        assert_broken(&log, 4, LogFault::Unchained);
    }

    #[test]
    fn a_cut_end_is_found_by_a_head_that_was_noted() {
        let whole = log(0);
        for noted in [&whole[0], &whole[2], &whole[4]] {
            assert!(check(&whole, Some(head(noted))).is_ok());
        }
        let (noted, cut) = (head(&whole[4]), &whole[..4]);
        assert!(check(cut, None).is_ok());
        let broken = check(cut, Some(noted)).unwrap_err();
        assert_eq!((broken.sequence, broken.fault), (Sequence(5), LogFault::CutOff { end: Sequence(4) }));
    }

    #[test]
    fn a_log_that_was_written_anew_is_found_by_a_head_that_was_noted() {
        let whole = log(0);
        // The last record is another one, chained as it should be.
        let mut anew = whole.clone();
        anew[4].actor = "somebody else".to_owned();
        anew[4].digest = Some(anew[4].digest_after(anew[3].digest.as_ref()));
        assert!(check(&anew, Some(head(&whole[3]))).is_ok());
        let broken = check(&anew, Some(head(&whole[4]))).unwrap_err();
        assert_eq!((broken.sequence, broken.fault), (Sequence(5), LogFault::Rewritten));
    }

    #[test]
    fn a_head_reads_back_from_its_text() {
        let head = head(&log(0)[4]);
        assert_eq!(head.to_string().parse(), Ok(head));
        let digest = head.digest.to_string();
        for text in [
            digest.clone(),
            format!("{digest}@"),
            format!("{digest}@0"),
            format!("{digest}@-1"),
            "@1".to_owned(),
        ] {
            assert_eq!(text.parse::<ChainHead>(), Err(InvalidHead), "{text}");
        }
    }
}
