//! Storage of the revocations of single tokens, until every verifier treats the tokens as expired.
//!
//! A revocation by an administrator has an audit record of its own. Revocations by clients have none: a summary in the
//! audit log covers them later ([`RevocationSummaryStore`](super::RevocationSummaryStore)).

use async_trait::async_trait;
use jeton_protocol::{ClientId, ResourceUri};

use super::{AuditEntry, StoreError};
use crate::model::{Revocation, TenantName, Timestamp, TokenId};

/// A position in the list of revocations. Later revocations have higher positions; no position is used twice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RevocationNumber(pub i64);

/// A page of the list of revocations. It has only the fields that nodes need, because they keep the whole list in
/// memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationPage {
    /// The revoked tokens, in no particular order.
    pub tokens: Vec<ListedRevocation>,
    /// The position up to which the list was read. The requested position if there was nothing left to read.
    pub last: RevocationNumber,
}

/// A revoked token as nodes keep it in memory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListedRevocation {
    /// The id of the token.
    pub token: TokenId,
    /// The account that the token was issued to.
    pub client_id: ClientId,
    /// When the token expires.
    pub expires_at: Timestamp,
    /// The audience of the token; `None` if it is not known.
    pub audience: Option<ResourceUri>,
}

impl From<&Revocation> for ListedRevocation {
    fn from(revocation: &Revocation) -> Self {
        let Revocation { token, client_id, audience, expires_at, revoked_at: _ } = revocation;
        Self {
            token: *token,
            client_id: client_id.clone(),
            expires_at: *expires_at,
            audience: audience.clone(),
        }
    }
}

/// Raised epochs, the highest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RaisedEpochs {
    /// Epochs of accounts of the region, including deleted ones.
    pub accounts: Vec<(ClientId, i64)>,
    /// Epochs of tenants, each by its name and by the names that it gave up recently: tokens have the name that the
    /// tenant had when they were issued.
    pub tenants: Vec<(TenantName, i64)>,
}

/// Stores the revocations of the region.
#[async_trait]
pub trait RevocationStore: Send + Sync + std::fmt::Debug {
    /// Adds a revocation by an administrator; [`Conflict::Exists`](super::Conflict) if the token is already revoked.
    async fn add_revocation(&self, revocation: &Revocation, audit: &AuditEntry) -> Result<(), StoreError>;

    /// Adds revocations by clients in one transaction, all or none, numbered in the order of `revocations`. A token that
    /// is already revoked, also earlier in the list, stays as it is and is no error. There is no audit record.
    async fn add_client_revocations(&self, revocations: &[Revocation]) -> Result<(), StoreError>;

    /// The next `limit` revocations after `after`, in commit order: one with a lower number than
    /// [`last`](RevocationPage::last) never appears later. Reading a million must not take much longer than a second.
    async fn list_revocations(
        &self,
        after: RevocationNumber,
        limit: u32,
    ) -> Result<RevocationPage, StoreError>;

    /// The epochs of accounts and tenants that are at least `since`, the highest `limit` of each, in one snapshot. An
    /// account whose epoch is still the second of its creation is left out: it had no tokens before.
    async fn list_raised_epochs(&self, since: i64, limit: u32) -> Result<RaisedEpochs, StoreError>;

    /// Removes at most `limit` revocations of tokens that expired before `expired_before` and returns the number
    /// removed. Revocations by clients stay until a summary covers them. This is not an administrative change, so there
    /// is no audit record.
    async fn remove_revocations(&self, expired_before: Timestamp, limit: u32) -> Result<u64, StoreError>;
}
