//! Checks one hash chain of the audit log record by record. Does not access the store.

pub use jeton_admin::view::{BrokenLog, ChainHead, IntactLog, InvalidHead, LogFault};

use crate::model::Chain;
use crate::store::{AuditRecord, RecordDigest, Sequence, continued_head, digest_after};

/// The state of a running check. It keeps one head, however long the chain is.
#[derive(Debug)]
pub(in crate::admin) struct ChainCheck {
    chain: Chain,
    expected_heads: Vec<ChainHead>,
    last: Sequence,
    checked: CheckedChain,
}

/// What was found in a chain that is intact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::admin) struct CheckedChain {
    /// The number of records.
    pub(in crate::admin) records: u64,
    /// The number of records at the start that were written before there were chains.
    pub(in crate::admin) unchained: u64,
    /// The last record.
    pub(in crate::admin) head: Option<ChainHead>,
    /// The head of an earlier chain that the first record carries.
    pub(in crate::admin) continues: Option<ChainHead>,
}

impl ChainCheck {
    /// Starts at the beginning of `chain`, which must contain those of `expected_heads` that are of this chain.
    pub(in crate::admin) fn new(chain: Chain, expected_heads: &[ChainHead]) -> Self {
        let expected_heads = expected_heads.iter().filter(|head| head.chain == chain).cloned().collect();
        Self { chain, expected_heads, last: Sequence::START, checked: CheckedChain::default() }
    }

    /// The number of the last record that was checked.
    pub(in crate::admin) fn last_sequence(&self) -> Sequence {
        self.last
    }

    /// The number of records checked so far.
    pub(in crate::admin) fn records(&self) -> u64 {
        self.checked.records
    }

    /// Checks the next records, oldest first.
    pub(in crate::admin) fn check_page(&mut self, page: &[AuditRecord]) -> Result<(), BrokenLog> {
        page.iter().try_for_each(|record| self.check_record(record, page))
    }

    /// The result after the last page.
    pub(in crate::admin) fn finish(self) -> Result<CheckedChain, BrokenLog> {
        match self.expected_heads.iter().map(|head| head.sequence).max() {
            Some(expected) if expected > self.last => {
                Err(self.broken(expected, LogFault::CutOff { end: self.last }))
            }
            Some(_) | None => Ok(self.checked),
        }
    }

    fn check_record(&mut self, record: &AuditRecord, page: &[AuditRecord]) -> Result<(), BrokenLog> {
        let sequence = record.sequence;
        let next = Sequence(self.last.0.saturating_add(1));
        if sequence != next {
            return Err(self.broken(next, LogFault::Missing { next: sequence }));
        }
        let previous = self.checked.head.as_ref().map(|head| head.digest);
        match record.digest {
            None if self.chain == Chain::Version1 && previous.is_none() => self.checked.unchained += 1,
            None => return Err(self.broken(sequence, LogFault::Unchained)),
            Some(digest) if digest == digest_after(record, previous.as_ref()) => {
                self.checked.head = Some(ChainHead { chain: self.chain.clone(), sequence, digest });
            }
            Some(digest) => {
                return Err(self.broken(sequence, mismatch_fault(sequence, digest, previous, page)));
            }
        }
        if self.is_rewritten(record) {
            return Err(self.broken(sequence, LogFault::Rewritten));
        }
        if previous.is_none() {
            self.checked.continues = continued_head(record);
        }
        self.checked.records += 1;
        self.last = sequence;
        Ok(())
    }

    /// Whether another record was expected at this number.
    fn is_rewritten(&self, record: &AuditRecord) -> bool {
        let mut expected = self.expected_heads.iter().filter(|head| head.sequence == record.sequence);
        expected.any(|head| record.digest != Some(head.digest))
    }

    fn broken(&self, sequence: Sequence, fault: LogFault) -> BrokenLog {
        BrokenLog { chain: self.chain.clone(), sequence, fault }
    }
}

/// Decides whether another record of the page belongs at this number, with the digest stored here or with its own.
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
    use crate::model::{Actor, Timestamp};
    use crate::store::{Action, AuditEntry, ChainEnd, Subject};

    fn entry(number: usize) -> AuditEntry {
        AuditEntry {
            at: Timestamp::from_unix(i64::try_from(number).unwrap()),
            actor: Actor::Cli("root".to_owned()),
            action: Action::Update,
            tenant: None,
            subject: Subject::Tenant("default".parse().unwrap()),
            before: None,
            after: None,
        }
    }

    /// Five records; the first `unchained` have no digest.
    fn log_of(chain: Chain, unchained: usize) -> Vec<AuditRecord> {
        let mut end = ChainEnd::empty(chain);
        (0..5)
            .map(|number| {
                let mut record = end.next_record(&entry(number));
                if number < unchained {
                    record.digest = None;
                }
                end = ChainEnd::of(&record);
                record
            })
            .collect()
    }

    fn log() -> Vec<AuditRecord> {
        log_of(Chain::Shared, 0)
    }

    fn check(log: &[AuditRecord], expected_heads: &[ChainHead]) -> Result<CheckedChain, BrokenLog> {
        let chain = log.first().map_or(Chain::Shared, |record| record.chain.clone());
        let mut check = ChainCheck::new(chain, expected_heads);
        for page in log.chunks(3) {
            check.check_page(page)?;
        }
        check.finish()
    }

    #[track_caller]
    fn assert_broken(log: &[AuditRecord], sequence: i64, fault: LogFault) {
        let chain = log[0].chain.clone();
        assert_eq!(check(log, &[]), Err(BrokenLog { chain, sequence: Sequence(sequence), fault }));
    }

    fn head(record: &AuditRecord) -> ChainHead {
        ChainEnd::of(record).head().unwrap()
    }

    #[test]
    fn an_unchanged_log_is_intact() {
        let intact = check(&log(), &[]).unwrap();
        assert_eq!((intact.records, intact.unchained, intact.head), (5, 0, Some(head(&log()[4]))));
        assert_eq!(check(&[], &[]).unwrap(), CheckedChain::default());
    }

    #[test]
    fn only_the_chain_of_earlier_versions_begins_with_records_without_digests() {
        for unchained in 0..5 {
            let log = log_of(Chain::Version1, unchained);
            let intact = check(&log, &[]).unwrap();
            assert_eq!((intact.records, intact.unchained), (5, unchained as u64));
            assert_eq!(intact.head, Some(head(&log[4])));
        }
        let intact = check(&log_of(Chain::Version1, 5), &[]).unwrap();
        assert_eq!((intact.unchained, intact.head), (5, None));
        assert_broken(&log_of(Chain::Shared, 1), 1, LogFault::Unchained);
    }

    #[test]
    fn a_changed_record_is_found() {
        for (place, number) in (0..5).zip(1..) {
            let mut log = log();
            log[place].actor = "other".to_owned();
            assert_broken(&log, number, LogFault::Changed);
        }
    }

    #[test]
    fn a_removed_record_is_found_by_the_one_after_it() {
        for (place, number) in (0..4).zip(1..) {
            let mut log = log();
            log.remove(place);
            assert_broken(&log, number, LogFault::Missing { next: Sequence(number + 1) });
        }
    }

    #[test]
    fn a_removed_record_is_found_when_the_others_are_renumbered() {
        let mut log = log();
        log.remove(1);
        for (record, number) in log.iter_mut().zip(1..) {
            record.sequence = Sequence(number);
        }
        assert_broken(&log, 2, LogFault::Changed);
    }

    #[test]
    fn swapped_records_are_found() {
        let mut swapped = log();
        swapped.swap(3, 4);
        (swapped[3].sequence, swapped[4].sequence) = (Sequence(4), Sequence(5));
        assert_broken(&swapped, 4, LogFault::Reordered { found_at: Sequence(5) });
        // Now the digests stay at their positions.
        let mut log = log();
        (swapped[3].digest, swapped[4].digest) = (log[3].digest, log[4].digest);
        log.splice(3.., swapped.into_iter().skip(3));
        assert_broken(&log, 4, LogFault::Reordered { found_at: Sequence(5) });
    }

    #[test]
    fn a_record_without_a_digest_breaks_a_started_chain() {
        let mut log = log_of(Chain::Version1, 1);
        log[3].digest = None;
        assert_broken(&log, 4, LogFault::Unchained);
    }

    #[test]
    fn a_truncated_log_is_found_by_the_expected_head() {
        let whole = log();
        for expected in [&whole[0], &whole[2], &whole[4]] {
            assert!(check(&whole, &[head(expected)]).is_ok());
        }
        let (expected, cut) = (head(&whole[4]), &whole[..4]);
        assert!(check(cut, &[]).is_ok());
        // A head of another chain says nothing.
        assert!(check(cut, &[ChainHead { chain: Chain::Version1, ..expected.clone() }]).is_ok());
        let broken = check(cut, &[head(&whole[2]), expected]).unwrap_err();
        assert_eq!((broken.sequence, broken.fault), (Sequence(5), LogFault::CutOff { end: Sequence(4) }));
    }

    #[test]
    fn a_rewritten_log_is_found_by_the_expected_head() {
        let whole = log();
        // The last record is replaced and chained correctly.
        let mut rewritten = whole.clone();
        rewritten[4].actor = "other".to_owned();
        rewritten[4].digest = Some(digest_after(&rewritten[4], rewritten[3].digest.as_ref()));
        assert!(check(&rewritten, &[head(&whole[3])]).is_ok());
        let broken = check(&rewritten, &[head(&whole[3]), head(&whole[4])]).unwrap_err();
        assert_eq!((broken.sequence, broken.fault), (Sequence(5), LogFault::Rewritten));
    }

    #[test]
    fn a_head_is_parsed_from_its_text() {
        let head = head(&log()[4]);
        assert_eq!(head.to_string().parse(), Ok(head.clone()));
        let digest = head.digest;
        // As earlier versions printed it.
        let earlier = ChainHead { chain: Chain::Version1, ..head };
        assert_eq!(format!("{digest}@5").parse(), Ok(earlier));
        for text in [
            digest.to_string(),
            format!("{digest}@"),
            format!("shared={digest}@0"),
            format!("{digest}@-1"),
            format!("US={digest}@1"),
            format!("={digest}@1"),
            "shared=@1".to_owned(),
        ] {
            assert_eq!(text.parse::<ChainHead>(), Err(InvalidHead), "{text}");
        }
    }

    #[test]
    fn the_head_that_the_first_record_carries_is_found() {
        let closed = head(&log_of(Chain::Version1, 0)[4]);
        let start = crate::store::chain_start(&Chain::Shared, &closed, Timestamp::from_unix(0));
        let first = ChainEnd::empty(Chain::Shared).next_record(&start);
        let second = ChainEnd::of(&first).next_record(&entry(1));
        assert_eq!(check(&[first, second], &[]).unwrap().continues, Some(closed));
    }
}
