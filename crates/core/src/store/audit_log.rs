//! Reading the audit log.

use async_trait::async_trait;

use super::{AuditRecord, Sequence, StoreError};
use crate::model::Timestamp;

/// Reads the audit log of the whole database, all regions: a chain can only be checked whole.
#[async_trait]
pub trait AuditLog: Send + Sync + std::fmt::Debug {
    /// A page of the records that `filter` leaves.
    async fn list_audit(
        &self,
        filter: &AuditFilter,
        page: &AuditPage,
    ) -> Result<Vec<AuditRecord>, StoreError>;
}

/// Which records; all where nothing is said.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Only those of the thing of this kind and id.
    pub subject: Option<(String, String)>,
    /// Only those of this action.
    pub action: Option<String>,
    /// Only those of this actor.
    pub actor: Option<String>,
    /// Only those of this second or later, by the writer's clock.
    pub since: Option<Timestamp>,
    /// Only those before this second.
    pub until: Option<Timestamp>,
}

/// Which part of them.
#[derive(Debug, Clone, Copy)]
pub struct AuditPage {
    /// In which order.
    pub order: AuditOrder,
    /// Only those that come after this one in that order.
    pub beyond: Option<Sequence>,
    /// At most this many.
    pub limit: u32,
}

/// An order of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditOrder {
    /// As they were written.
    OldestFirst,
    /// The last one first.
    NewestFirst,
}
