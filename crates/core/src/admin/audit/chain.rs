//! Checks the hash chain of the audit log record by record. Does not access the store.

pub use jeton_admin::view::{BrokenLog, ChainHead, IntactLog, InvalidHead, LogFault};

use crate::store::{AuditRecord, RecordDigest, Sequence, digest_after};

/// The state of a running check. It keeps one head, however long the log is.
#[derive(Debug)]
pub(in crate::admin) struct ChainCheck {
    expected_head: Option<ChainHead>,
    last: Sequence,
    so_far: IntactLog,
}

impl ChainCheck {
    /// Starts at the beginning of the log, which must contain `expected_head`, if given.
    pub(in crate::admin) fn new(expected_head: Option<ChainHead>) -> Self {
        let so_far = IntactLog { records: 0, unchained: 0, head: None };
        Self { expected_head, last: Sequence::default(), so_far }
    }

    /// The last record that was checked.
    pub(in crate::admin) fn last_sequence(&self) -> Sequence {
        self.last
    }

    /// The number of records checked so far.
    pub(in crate::admin) fn records(&self) -> u64 {
        self.so_far.records
    }

    /// Checks the next records, oldest first.
    pub(in crate::admin) fn check_page(&mut self, page: &[AuditRecord]) -> Result<(), BrokenLog> {
        page.iter().try_for_each(|record| self.check_record(record, page))
    }

    /// The result after the last page.
    pub(in crate::admin) fn finish(self) -> Result<IntactLog, BrokenLog> {
        match self.expected_head {
            Some(head) if head.sequence > self.last => {
                Err(BrokenLog { sequence: head.sequence, fault: LogFault::CutOff { end: self.last } })
            }
            Some(_) | None => Ok(self.so_far),
        }
    }

    fn check_record(&mut self, record: &AuditRecord, page: &[AuditRecord]) -> Result<(), BrokenLog> {
        let sequence = record.sequence;
        let broken = |fault| Err(BrokenLog { sequence, fault });
        let expected = Sequence(self.last.0.saturating_add(1));
        if sequence != expected {
            return Err(BrokenLog { sequence: expected, fault: LogFault::Missing { next: sequence } });
        }
        let previous = self.so_far.head.map(|head| head.digest);
        match record.digest {
            None if previous.is_some() => return broken(LogFault::Unchained),
            None => self.so_far.unchained += 1,
            Some(digest) if digest == digest_after(record, previous.as_ref()) => {
                self.so_far.head = Some(ChainHead { sequence, digest });
            }
            Some(digest) => return broken(mismatch_fault(sequence, digest, previous, page)),
        }
        if self
            .expected_head
            .is_some_and(|head| head.sequence == sequence && record.digest != Some(head.digest))
        {
            return broken(LogFault::Rewritten);
        }
        self.so_far.records += 1;
        self.last = sequence;
        Ok(())
    }
}

/// Decides whether another record of the page belongs at this position, with the digest stored here or with its own.
fn mismatch_fault(
    position: Sequence,
    digest: RecordDigest,
    previous: Option<RecordDigest>,
    page: &[AuditRecord],
) -> LogFault {
    let belongs_here = |other: &&AuditRecord| {
        let moved = AuditRecord { sequence: position, ..(*other).clone() };
        let fitting_digest = digest_after(&moved, previous.as_ref());
        other.sequence != position && (fitting_digest == digest || Some(fitting_digest) == other.digest)
    };
    match page.iter().find(belongs_here) {
        Some(other) => LogFault::Reordered { found_at: other.sequence },
        None => LogFault::Changed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;
    use crate::store::{Action, AuditEntry, AuditLogEnd, Subject};

    /// Five records; the first `unchained` have no digest.
    fn log(unchained: usize) -> Vec<AuditRecord> {
        let mut end = AuditLogEnd::default();
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
                let mut record = end.next_record(&entry, None);
                if number < unchained {
                    record.digest = None;
                }
                end = AuditLogEnd { sequence: record.sequence, digest: record.digest };
                record
            })
            .collect()
    }

    fn check(log: &[AuditRecord], expected_head: Option<ChainHead>) -> Result<IntactLog, BrokenLog> {
        let mut check = ChainCheck::new(expected_head);
        for page in log.chunks(3) {
            check.check_page(page)?;
        }
        check.finish()
    }

    #[track_caller]
    fn assert_broken(log: &[AuditRecord], sequence: i64, fault: LogFault) {
        assert_eq!(check(log, None), Err(BrokenLog { sequence: Sequence(sequence), fault }));
    }

    fn head(record: &AuditRecord) -> ChainHead {
        ChainHead { sequence: record.sequence, digest: record.digest.unwrap() }
    }

    #[test]
    fn an_unchanged_log_is_intact() {
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
            log[place].actor = "other".to_owned();
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
    fn a_removed_record_is_found_when_the_others_are_renumbered() {
        let mut log = log(0);
        log.remove(1);
        for (record, number) in log.iter_mut().zip(1..) {
            record.sequence = Sequence(number);
        }
        assert_broken(&log, 2, LogFault::Changed);
    }

    #[test]
    fn swapped_records_are_found() {
        let mut swapped = log(0);
        swapped.swap(3, 4);
        (swapped[3].sequence, swapped[4].sequence) = (Sequence(4), Sequence(5));
        assert_broken(&swapped, 4, LogFault::Reordered { found_at: Sequence(5) });
        // Now the digests stay at their positions.
        let mut log = log(0);
        (swapped[3].digest, swapped[4].digest) = (log[3].digest, log[4].digest);
        log.splice(3.., swapped.into_iter().skip(3));
        assert_broken(&log, 4, LogFault::Reordered { found_at: Sequence(5) });
    }

    #[test]
    fn a_record_without_a_digest_breaks_a_started_chain() {
        let mut log = log(1);
        log[3].digest = None;
        assert_broken(&log, 4, LogFault::Unchained);
    }

    #[test]
    fn a_truncated_log_is_found_by_the_expected_head() {
        let whole = log(0);
        for expected in [&whole[0], &whole[2], &whole[4]] {
            assert!(check(&whole, Some(head(expected))).is_ok());
        }
        let (expected, cut) = (head(&whole[4]), &whole[..4]);
        assert!(check(cut, None).is_ok());
        let broken = check(cut, Some(expected)).unwrap_err();
        assert_eq!((broken.sequence, broken.fault), (Sequence(5), LogFault::CutOff { end: Sequence(4) }));
    }

    #[test]
    fn a_rewritten_log_is_found_by_the_expected_head() {
        let whole = log(0);
        // The last record is replaced and chained correctly.
        let mut rewritten = whole.clone();
        rewritten[4].actor = "other".to_owned();
        rewritten[4].digest = Some(digest_after(&rewritten[4], rewritten[3].digest.as_ref()));
        assert!(check(&rewritten, Some(head(&whole[3]))).is_ok());
        let broken = check(&rewritten, Some(head(&whole[4]))).unwrap_err();
        assert_eq!((broken.sequence, broken.fault), (Sequence(5), LogFault::Rewritten));
    }

    #[test]
    fn a_head_is_parsed_from_its_text() {
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
