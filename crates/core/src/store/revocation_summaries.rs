//! The summaries of clients' revocations in the audit log, and the rows that they are computed from.

use async_trait::async_trait;
use jeton_protocol::{ClientId, RegionName};

use super::{AuditEntry, RevocationNumber, StoreError};
use crate::model::{Timestamp, TokenId};

/// A stored revocation by a client, as a summary covers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientRevocation {
    /// Its position in the list of revocations.
    pub number: RevocationNumber,
    /// The id of the token.
    pub token: TokenId,
    /// The account that the token was issued to, and that revoked it.
    pub client_id: ClientId,
    /// When the token expires.
    pub expires_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Timestamp,
}

/// A part of the list of revocations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevocationRange {
    /// The number before the first.
    pub after: RevocationNumber,
    /// The last number.
    pub through: RevocationNumber,
}

/// Stores how far the revocations by clients are summarized in the audit log.
#[async_trait]
pub trait RevocationSummaryStore: Send + Sync + std::fmt::Debug {
    /// The number of the last revocation of this region that a summary covers; 0 if there is no summary.
    async fn find_summarized(&self) -> Result<RevocationNumber, StoreError>;

    /// At most `limit` revocations by clients of `region` in `range`, by ascending number. The region is a parameter,
    /// because the audit log, which these rows verify, is that of the whole database.
    async fn list_client_revocations(
        &self,
        region: &RegionName,
        range: RevocationRange,
        limit: u32,
    ) -> Result<Vec<ClientRevocation>, StoreError>;

    /// Adds the summary of the revocations of this region after `summarized`, up to `last`.
    /// [`Conflict::Stale`](super::Conflict) if [`find_summarized`](Self::find_summarized) is no longer `summarized`.
    async fn add_revocation_summary(
        &self,
        summarized: RevocationNumber,
        last: RevocationNumber,
        audit: &AuditEntry,
    ) -> Result<(), StoreError>;
}
