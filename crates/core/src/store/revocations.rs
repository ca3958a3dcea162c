//! Keeping the revocations of single tokens, until nobody can mistake the tokens for live ones.

use async_trait::async_trait;
use jeton_protocol::{ClientId, ResourceUri};

use super::{AuditEntry, StoreError};
use crate::model::{Revocation, TenantName, Timestamp, TokenId};

/// A position in the list of revocations; later ones have higher ones, and none is given twice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct RevocationNumber(pub i64);

/// A part of the list of revocations: what nodes keep in memory of them, since they keep all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationPage {
    /// The revoked tokens, in no order.
    pub tokens: Vec<ListedRevocation>,
    /// How far the list was read with them; where nothing was left to read, what was asked for.
    pub last: RevocationNumber,
}

/// A revoked token, as nodes keep it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListedRevocation {
    /// Which token.
    pub token: TokenId,
    /// When it would have ended by itself.
    pub expires_at: Timestamp,
    /// Whom it was for; nothing where that is not known.
    pub audience: Option<ResourceUri>,
}

/// Epochs that were raised, the highest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RaisedEpochs {
    /// Of accounts of the region, the deleted ones among them.
    pub accounts: Vec<(ClientId, i64)>,
    /// Of tenants.
    pub tenants: Vec<(TenantName, i64)>,
}

/// Keeps the region's revocations.
#[async_trait]
pub trait RevocationStore: Send + Sync + std::fmt::Debug {
    /// Adds a revocation; [`Conflict::Exists`](super::Conflict) when the token is revoked already.
    async fn add_revocation(&self, revocation: &Revocation, audit: &AuditEntry) -> Result<(), StoreError>;

    /// The next `limit` revocations after `after`, in the order of commit: one with a lower number than
    /// [`last`](RevocationPage::last) never appears later. A million must not take much longer than a second.
    async fn list_revocations(
        &self,
        after: RevocationNumber,
        limit: u32,
    ) -> Result<RevocationPage, StoreError>;

    /// The epochs of accounts and tenants that are at least `since`, the highest `limit` of each, in one snapshot. An
    /// account that still has the epoch of its creation, the second of it, is left out: it had no tokens before.
    async fn list_raised_epochs(&self, since: i64, limit: u32) -> Result<RaisedEpochs, StoreError>;

    /// Removes at most `limit` revocations of tokens that expired before `expired_before`, and says how many. No
    /// administrative change, so it leaves no audit record.
    async fn remove_revocations(&self, expired_before: Timestamp, limit: u32) -> Result<u64, StoreError>;
}
