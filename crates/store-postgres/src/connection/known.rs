//! What this process has seen of the database, so that it never goes back to an earlier state or to another history.
//!
//! After a failover, the old primary may return and does not know that it was replaced. Its timeline is lower than that
//! of the new one. If the new one lost changes, its lists of changes are shorter, or have other records under the same
//! numbers.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use thiserror::Error;

/// The highest timeline, and the ends of the lists, that were read through any connection.
#[derive(Debug, Default)]
pub(crate) struct Known {
    timeline: AtomicU32,
    ends: Mutex<Ends>,
}

/// The ends of the lists that a region follows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ends {
    /// The audit records of the region.
    pub(crate) region: End,
    /// The audit records of all regions.
    pub(crate) shared: End,
    /// The revocations of tokens.
    pub(crate) revocations: End,
}

/// The end of a numbered list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct End {
    /// The last number that was given; 0 if there is none.
    pub(crate) number: i64,
    /// The number of the last record: [`number`](Self::number), or less if that number was not used.
    pub(crate) marked: i64,
    /// What only this record has: the digest of an audit record, the token of a revocation. `None` if there is no record
    /// that must be present.
    pub(crate) mark: Option<String>,
}

/// What is compared with a server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Expected {
    pub(crate) timeline: u32,
    pub(crate) ends: Ends,
}

/// The state of a server.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    /// Rises by one with each promotion of a standby.
    pub(crate) timeline: u32,
    /// The last numbers of the server. The marks are those of the expected records.
    pub(crate) ends: Ends,
}

impl Known {
    /// What is known now. It must be read before the state that is compared with it.
    pub(crate) fn expected(&self) -> Expected {
        Expected { timeline: self.timeline.load(Ordering::Acquire), ends: self.ends().clone() }
    }

    /// Checks that no newer primary than the server with this timeline was found. Otherwise its connections must not be
    /// used any more.
    ///
    /// # Errors
    /// [`Behind::Timeline`].
    pub(crate) fn ensure_current(&self, timeline: u32) -> Result<(), Behind> {
        ensure_timeline(timeline, self.timeline.load(Ordering::Acquire))
    }

    /// Records the timeline of an accepted server.
    pub(crate) fn saw_timeline(&self, timeline: u32) {
        self.timeline.fetch_max(timeline, Ordering::AcqRel);
    }

    /// Records what was read from an accepted server.
    pub(crate) fn saw(&self, seen: Ends) {
        let mut ends = self.ends();
        let Ends { region, shared, revocations } = &mut *ends;
        let pairs = [(region, seen.region), (shared, seen.shared), (revocations, seen.revocations)];
        for (end, seen) in pairs {
            let is_expired = seen.number == end.number && seen.mark.is_none();
            if seen.number > end.number || is_expired {
                *end = seen;
            }
        }
    }

    fn ends(&self) -> MutexGuard<'_, Ends> {
        self.ends.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl History {
    /// Checks that this state is what was expected, or a later one.
    ///
    /// # Errors
    /// [`Behind`], which says how it differs.
    pub(crate) fn ensure_continues(&self, expected: &Expected) -> Result<(), Behind> {
        ensure_timeline(self.timeline, expected.timeline)?;
        let (found, known) = (&self.ends, &expected.ends);
        for (record, found, known) in [
            ("audit record", &found.region, &known.region),
            ("shared audit record", &found.shared, &known.shared),
            ("revocation", &found.revocations, &known.revocations),
        ] {
            if found.number < known.number {
                return Err(Behind::Missing { record, found: found.number, known: known.number });
            }
            if let (Some(found), Some(expected)) = (&found.mark, &known.mark)
                && found != expected
            {
                return Err(Behind::Other { record, number: known.marked });
            }
        }
        Ok(())
    }
}

fn ensure_timeline(found: u32, known: u32) -> Result<(), Behind> {
    if found < known { Err(Behind::Timeline { found, known }) } else { Ok(()) }
}

/// Why a server is not used although it accepts writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum Behind {
    /// Another server was promoted after this one.
    #[error(
        "it is an old primary (timeline {found}, but a server with timeline {known} was promoted); make it a standby of \
         the new primary, for example with pg_rewind"
    )]
    Timeline {
        /// The timeline of the server.
        found: u32,
        /// The highest timeline that was seen.
        known: u32,
    },
    /// The server lacks records that were read from another one.
    #[error(
        "it lacks changes that this process has seen ({record} {known}, its last one is {found}); if they \
         were lost in a failover or a restore, restart this process to continue without them"
    )]
    Missing {
        /// What is numbered.
        record: &'static str,
        /// The last record of the server.
        found: i64,
        /// The last record that was seen.
        known: i64,
    },
    /// The server has another record under a number that was read from another one.
    #[error(
        "its {record} {number} is not the one that this process has seen; if changes were lost in a \
         failover or a restore, restart this process to continue without them"
    )]
    Other {
        /// What is numbered.
        record: &'static str,
        /// The number of the record.
        number: i64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(number: i64, mark: u8) -> End {
        End { number, marked: number, mark: (mark > 0).then(|| mark.to_string()) }
    }

    fn history(timeline: u32, region: End, shared: End, revocations: End) -> History {
        History { timeline, ends: Ends { region, shared, revocations } }
    }

    #[test]
    fn a_state_that_is_behind_or_another_one_is_rejected() {
        let known = Known::default();
        known.saw_timeline(2);
        known.saw(Ends { region: end(7, 1), shared: end(5, 2), revocations: end(3, 3) });
        // An answer that was on its way meanwhile changes nothing.
        known.saw_timeline(1);
        known.saw(Ends { region: end(6, 9), shared: end(4, 9), revocations: end(2, 9) });
        let expected = known.expected();
        assert_eq!(expected.ends.revocations.mark.as_deref(), Some("3"));
        for accepted in [
            history(2, end(7, 1), end(5, 2), end(3, 3)),
            history(3, end(8, 1), end(5, 2), end(4, 3)),
            // The records of that time may have been removed.
            history(2, end(9, 0), end(9, 0), end(9, 0)),
        ] {
            assert_eq!(accepted.ensure_continues(&expected), Ok(()));
        }
        for (rejected, says) in [
            (history(1, end(9, 1), end(9, 2), end(9, 3)), "an old primary (timeline 1"),
            (history(2, end(6, 0), end(9, 2), end(9, 3)), "(audit record 7, its last one is 6)"),
            (history(3, end(9, 1), end(4, 0), end(9, 3)), "(shared audit record 5, its"),
            (history(3, end(9, 1), end(9, 2), end(2, 0)), "(revocation 3, its last one is 2)"),
            (history(3, end(9, 3), end(5, 2), end(9, 3)), "its audit record 7 is not"),
            (history(2, end(7, 1), end(5, 1), end(9, 3)), "its shared audit record 5 is not"),
            (history(2, end(7, 1), end(5, 2), end(9, 1)), "its revocation 3 is not"),
        ] {
            let error = rejected.ensure_continues(&expected).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
        let unseen = Known::default().expected();
        assert_eq!(history(1, end(3, 0), end(0, 0), end(0, 0)).ensure_continues(&unseen), Ok(()));
        assert!(known.ensure_current(2).is_ok() && known.ensure_current(1).is_err());
        // A revocation that has expired may be removed.
        known.saw(Ends { revocations: end(3, 0), ..Ends::default() });
        let accepted = history(2, end(7, 1), end(5, 2), end(3, 9));
        assert_eq!(accepted.ensure_continues(&known.expected()), Ok(()));
    }
}
