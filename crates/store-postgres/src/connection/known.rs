//! What this process has seen of the database, so that it never goes back to an earlier state.
//!
//! After a failover, the old primary may return and does not know that it was replaced. Its timeline is lower than that
//! of the new one, and the chains of its audit log may be shorter.

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use jeton_core::store::Position;
use thiserror::Error;

/// The highest timeline and the highest numbers in the audit log that were read through any connection.
#[derive(Debug, Default)]
pub(crate) struct Known {
    timeline: AtomicU32,
    region: AtomicI64,
    shared: AtomicI64,
}

/// A state of the database.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct History {
    /// Rises by one with each promotion of a standby.
    pub(crate) timeline: u32,
    /// The ends of the two chains of the audit log that a region follows.
    pub(crate) position: Position,
}

impl Known {
    /// What is known now. It must be read before the state that is compared with it.
    pub(crate) fn history(&self) -> History {
        let mut position = Position::START;
        position.region.0 = self.region.load(Ordering::Acquire);
        position.shared.0 = self.shared.load(Ordering::Acquire);
        History { timeline: self.timeline.load(Ordering::Acquire), position }
    }

    /// Records the timeline of an accepted server.
    pub(crate) fn saw_timeline(&self, timeline: u32) {
        self.timeline.fetch_max(timeline, Ordering::AcqRel);
    }

    /// Records what was read from an accepted server.
    pub(crate) fn saw(&self, position: Position) {
        self.region.fetch_max(position.region.0, Ordering::AcqRel);
        self.shared.fetch_max(position.shared.0, Ordering::AcqRel);
    }
}

impl History {
    /// Checks that this state is not earlier than `known`.
    ///
    /// # Errors
    /// [`Behind`], which says in what it is behind.
    pub(crate) fn ensure_not_before(&self, known: &Self) -> Result<(), Behind> {
        if self.timeline < known.timeline {
            return Err(Behind::Timeline { found: self.timeline, known: known.timeline });
        }
        let chains = [
            ("of the region", self.position.region.0, known.position.region.0),
            ("of all regions", self.position.shared.0, known.position.shared.0),
        ];
        match chains.into_iter().find(|(_, found, known)| found < known) {
            Some((chain, found, known)) => Err(Behind::Audit { chain, found, known }),
            None => Ok(()),
        }
    }
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
    Audit {
        /// Which chain.
        chain: &'static str,
        /// The last record of the server.
        found: i64,
        /// The last record that was seen.
        known: i64,
    },
}

#[cfg(test)]
mod tests {
    use jeton_core::store::Sequence;

    use super::*;

    fn history(timeline: u32, region: i64, shared: i64) -> History {
        History { timeline, position: Position { region: Sequence(region), shared: Sequence(shared) } }
    }

    #[test]
    fn a_state_that_is_behind_in_any_number_is_rejected() {
        let known = Known::default();
        assert_eq!(known.history(), history(0, 0, 0));
        known.saw_timeline(2);
        known.saw(history(0, 7, 5).position);
        // An answer that was on its way meanwhile changes nothing.
        known.saw_timeline(1);
        known.saw(history(0, 6, 4).position);
        let known = known.history();
        assert_eq!(known, history(2, 7, 5));
        for ahead in [known, history(3, 7, 5), history(2, 8, 9)] {
            assert_eq!(ahead.ensure_not_before(&known), Ok(()));
        }
        for (behind, says) in [
            (history(1, 9, 9), "an old primary (timeline 1"),
            (history(2, 6, 9), "audit record 7 of the region"),
            (history(3, 9, 4), "audit record 5 of all regions"),
        ] {
            let error = behind.ensure_not_before(&known).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }
}
