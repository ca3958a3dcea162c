//! What this process has seen of the database, so that it never goes back to an earlier state or to another history.
//!
//! After a failover, the old primary may return and does not know that it was replaced. Its timeline is lower than that
//! of the new one. If the new one lost changes, its chains of the audit log are shorter, or have other records under the
//! same numbers.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jeton_core::store::{RecordDigest, Sequence};
use thiserror::Error;

/// The highest timeline, and the last records of the audit log, that were read through any connection.
#[derive(Debug, Default)]
pub(crate) struct Known {
    timeline: AtomicU32,
    ends: Mutex<Ends>,
}

/// The ends of the two chains of the audit log that a region follows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ends {
    /// The chain of the region.
    pub(crate) region: End,
    /// The chain of what regions share.
    pub(crate) shared: End,
}

/// The last record of a chain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) sequence: Sequence,
    /// `None` if the chain has no record.
    pub(crate) digest: Option<RecordDigest>,
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
    pub(crate) region: ChainState,
    pub(crate) shared: ChainState,
}

/// A chain of the audit log on a server.
#[derive(Debug, Clone, Default)]
pub(crate) struct ChainState {
    /// Its last number.
    pub(crate) sequence: Sequence,
    /// The digest of the record with the expected number, if there is one.
    pub(crate) digest: Option<RecordDigest>,
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
        let Ends { region, shared } = &mut *ends;
        for (end, seen) in [(region, seen.region), (shared, seen.shared)] {
            if seen.sequence > end.sequence {
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
        let chains = [
            ("of the region", &self.region, &expected.ends.region),
            ("of all regions", &self.shared, &expected.ends.shared),
        ];
        for (chain, found, known) in chains {
            let number = known.sequence.0;
            if found.sequence < known.sequence {
                return Err(Behind::Missing { chain, found: found.sequence.0, known: number });
            }
            let is_other = |digest: &RecordDigest| known.digest.as_ref().is_some_and(|known| known != digest);
            if found.digest.as_ref().is_some_and(is_other) {
                return Err(Behind::Other { chain, number });
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
    /// The server lacks audit records that were read from another one.
    #[error(
        "it lacks changes that this process has seen (audit record {known} {chain}, its last one is {found}); if they \
         were lost in a failover or a restore, restart this process to continue without them"
    )]
    Missing {
        /// Which chain.
        chain: &'static str,
        /// The last record of the server.
        found: i64,
        /// The last record that was seen.
        known: i64,
    },
    /// The server has another audit record under a number that was read from another one.
    #[error(
        "its audit record {number} {chain} is not the one that this process has seen; if changes were lost in a \
         failover or a restore, restart this process to continue without them"
    )]
    Other {
        /// Which chain.
        chain: &'static str,
        /// The number of the record.
        number: i64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(number: i64, digest: u8) -> End {
        End { sequence: Sequence(number), digest: Some(RecordDigest::from_stored(&[digest; 32])) }
    }

    fn state(number: i64, digest: Option<u8>) -> ChainState {
        let digest = digest.map(|digest| RecordDigest::from_stored(&[digest; 32]));
        ChainState { sequence: Sequence(number), digest }
    }

    fn history(timeline: u32, region: ChainState, shared: ChainState) -> History {
        History { timeline, region, shared }
    }

    #[test]
    fn a_state_that_is_behind_or_another_one_is_rejected() {
        let known = Known::default();
        known.saw_timeline(2);
        known.saw(Ends { region: end(7, 1), shared: end(5, 2) });
        // An answer that was on its way meanwhile changes nothing.
        known.saw_timeline(1);
        known.saw(Ends { region: end(6, 9), shared: end(4, 9) });
        let expected = known.expected();
        for accepted in [
            history(2, state(7, Some(1)), state(5, Some(2))),
            history(3, state(8, Some(1)), state(5, Some(2))),
            // The records of that time may have been removed.
            history(2, state(9, None), state(9, None)),
        ] {
            assert_eq!(accepted.ensure_continues(&expected), Ok(()));
        }
        for (rejected, says) in [
            (history(1, state(9, Some(1)), state(9, Some(2))), "an old primary (timeline 1"),
            (history(2, state(6, None), state(9, Some(2))), "audit record 7 of the region"),
            (history(3, state(9, Some(1)), state(4, None)), "audit record 5 of all regions"),
            (history(3, state(9, Some(3)), state(5, Some(2))), "its audit record 7 of the region is not"),
            (history(2, state(7, Some(1)), state(5, Some(1))), "its audit record 5 of all regions is not"),
        ] {
            let error = rejected.ensure_continues(&expected).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
        let nothing = Known::default().expected();
        assert_eq!(history(1, state(3, None), state(0, None)).ensure_continues(&nothing), Ok(()));
    }
}
