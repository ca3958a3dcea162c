//! Which records of the audit log to list.

use crate::value::Timestamp;
use crate::view::Sequence;

/// Which records to list. The default is all.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Only records of the subject with this kind and id, which may be spelled in any way.
    pub subject: Option<(String, String)>,
    /// Only records of this action.
    pub action: Option<String>,
    /// Only records of this actor.
    pub actor: Option<String>,
    /// Only records from this second or later, by the clock of the writer.
    pub since: Option<Timestamp>,
    /// Only records from before this second.
    pub until: Option<Timestamp>,
}

/// Which page of the records.
#[derive(Debug, Clone, Copy)]
pub struct AuditPage {
    /// The order.
    pub order: AuditOrder,
    /// Only records after this one in the order.
    pub after: Option<Sequence>,
    /// The maximum number of records.
    pub limit: u32,
}

/// The order of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditOrder {
    /// In the order in which they were written.
    OldestFirst,
    /// The last written record first.
    NewestFirst,
}
