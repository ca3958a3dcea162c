//! Which records of the audit log to list.

use crate::value::{Chain, TenantName, Timestamp};
use crate::view::{AuditRecord, Sequence};

/// Which records to list. The default is all.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Only records of the subject with this kind and id, which may be spelled in any way.
    pub subject: Option<(String, String)>,
    /// Only records of this action.
    pub action: Option<String>,
    /// Only records of this actor.
    pub actor: Option<String>,
    /// Only records of this chain.
    pub chain: Option<Chain>,
    /// Only records whose subject belongs to this tenant or is it. Records of earlier versions do not say it.
    pub tenant: Option<TenantName>,
    /// Only records from this second or later, by the clock of the writer.
    pub since: Option<Timestamp>,
    /// Only records from before this second.
    pub until: Option<Timestamp>,
}

/// Which page of the records.
#[derive(Debug, Clone)]
pub struct AuditPage {
    /// The order.
    pub order: AuditOrder,
    /// Only records after this one in the order.
    pub after: Option<AuditCursor>,
    /// The maximum number of records.
    pub limit: u32,
}

/// The place of a record in a list of several chains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditCursor {
    /// When it was written, by the clock of the writer.
    pub at: Timestamp,
    /// Its chain.
    pub chain: Chain,
    /// Its number in the chain.
    pub sequence: Sequence,
}

impl From<&AuditRecord> for AuditCursor {
    fn from(record: &AuditRecord) -> Self {
        Self { at: record.at, chain: record.chain.clone(), sequence: record.sequence }
    }
}

/// Which page of one chain, in the order of its numbers.
#[derive(Debug, Clone)]
pub struct ChainPage {
    /// The chain.
    pub chain: Chain,
    /// Only records with a higher number.
    pub after: Sequence,
    /// The maximum number of records.
    pub limit: u32,
}

/// The order of records, by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditOrder {
    /// The earliest first. Records of one second are ordered by chain, and by number within a chain.
    OldestFirst,
    /// The reverse.
    NewestFirst,
}
