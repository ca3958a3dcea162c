//! What a read of one chain of the audit log says of the change feed. Every adapter decides it here, so that nodes follow
//! all stores by the same rules.

use super::{Action, Change, Changes, Position, RevocationNumber, Sequence, Subject};
use crate::model::Timestamp;

/// The part of a record that the change feed needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainRecord {
    /// Its number in the chain.
    pub sequence: Sequence,
    /// The time of the change, by the clock of the writer.
    pub at: Timestamp,
    /// What was done, as it is stored.
    pub action: String,
    /// The kind of the subject, as it is stored.
    pub subject_kind: String,
    /// The id of the subject, as it is stored.
    pub subject_id: String,
}

/// The changes that were read of one chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainChanges {
    changes: Vec<Change>,
    reached: Sequence,
    gap: bool,
}

impl ChainChanges {
    /// From the first `limit` records with a higher number than `after`, in their order. The chain ends with the number
    /// `end` in the same snapshot.
    #[must_use]
    pub fn of(mut records: Vec<ChainRecord>, after: Sequence, end: Sequence, limit: u32) -> Self {
        if after == end {
            return Self { changes: Vec::new(), reached: end, gap: false };
        }
        // Numbers have no gaps: the next one is missing if old records were removed, or if another database has taken the
        // place of this one.
        let next = records.first().map(|record| record.sequence);
        let is_outside_chain = next != Some(Sequence(after.0.saturating_add(1)));
        let reached = match records.last() {
            Some(last) if records.len() == limit as usize => last.sequence,
            Some(_) | None => end.max(after),
        };
        // They change nothing that a node knows. Not left out by the statement, because their numbers count.
        records.retain(|record| record.action != Action::SummarizeRevocations.as_str());
        let all = records.len();
        let changes: Vec<Change> = records.into_iter().filter_map(ChainRecord::into_change).collect();
        // A later version changed a kind of subject that this version does not know.
        let has_unknown = changes.len() < all;
        Self { changes, reached, gap: is_outside_chain || has_unknown }
    }
}

impl ChainRecord {
    fn into_change(self) -> Option<Change> {
        let subject = Subject::from_stored(&self.subject_kind, &self.subject_id)?;
        Some(Change { sequence: self.sequence, at: self.at, subject })
    }
}

impl Changes {
    /// The changes of both chains. `end` is the position of the last changes in the same snapshot.
    #[must_use]
    pub fn of_chains(
        region: ChainChanges,
        shared: ChainChanges,
        end: Position,
        last_revocation: RevocationNumber,
    ) -> Self {
        let reached = Position { region: region.reached, shared: shared.reached };
        Self {
            changes: [region.changes, shared.changes].concat(),
            more: !reached.includes(end),
            reached,
            gap: region.gap || shared.gap,
            last_revocation,
        }
    }
}
