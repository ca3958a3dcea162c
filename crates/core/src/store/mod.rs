//! The storage ports of the server: what must be stored, not how.
//!
//! Each port method is one transaction. A missing value is `Ok(None)`. An acknowledged write survives `kill -9` and a
//! power failure. Each change writes its [`AuditEntry`] in the same transaction. The audit log is also the change feed
//! that other nodes follow. A store handle belongs to one region: accounts and keys of other regions are not visible
//! through it, even if several regions share a database.

mod accounts;
mod announcements;
pub(crate) mod audit;
mod backup;
mod bulk;
pub(crate) mod calls;
mod chain_changes;
mod changes;
mod control;
mod error;
mod keys;
mod nodes;
mod open;
mod regions;
mod resources;
mod revocation_summaries;
mod revocations;
mod secrets;
mod stored_credential;
mod tenants;
pub mod transfer;

pub use accounts::{ACCOUNTS_PER_PAGE, AccountStore};
pub use announcements::{Announcement, ChangeAnnouncements, ChangeSource};
pub use audit::action::Action;
pub use audit::entry::{AuditEntry, InvalidSubject, Subject};
pub use audit::log::{AuditLog, StoredChain};
pub use audit::record::{ChainEnd, chain_of, chain_start, hashed_text, region_of};
pub(crate) use audit::record::{continued_head, digest_after};
pub use audit::subject_kind::SubjectKind;
pub use backup::{BackupError, CopyMonitor, CopyPhase, CopyProgress, RestoreOptions, Restored};
pub use bulk::BulkStore;
pub use calls::deadline::for_command;
pub(crate) use calls::retry::{Attempt, retry_when_stale};
pub use chain_changes::{ChainChanges, ChainRecord};
pub use changes::{Catalog, Change, ChangeFeed, Changes, Position, Snapshot};
pub use control::ControlStore;
pub use error::{Conflict, OpenError, StoreError};
pub use jeton_admin::request::{
    AccountCursor, AccountFilter, AccountPage, AccountSort, AuditCursor, AuditFilter, AuditOrder, AuditPage,
    ChainPage, ExpiringSecretPage, StateFilter, UnusedSecretPage, UnusedSecretPosition,
};
pub use jeton_admin::view::{AccountList, AuditRecord, ChainHead, InvalidDigest, RecordDigest, Sequence};
pub use keys::{KeyChange, KeyStore};
pub use nodes::{NodeReport, NodeStore};
pub use open::{
    CALL_TIMEOUT, ConnectionLimits, ConnectionTimeouts, InspectedStore, LockWait, Locked, Migrate,
    OpenOptions,
};
pub use regions::RegionStore;
pub use resources::{ResourceStore, ResourceUser, ResourceUsers};
pub use revocation_summaries::{ClientRevocation, RevocationRange, RevocationSummaryStore};
pub use revocations::{ListedRevocation, RaisedEpochs, RevocationNumber, RevocationPage, RevocationStore};
pub use secrets::{ExpiringSecret, SecretUse, UnusedSecret, UnusedSecrets};
pub use stored_credential::StoredCredential;
pub use tenants::{AccountCount, FORMER_NAME_IN_TOKENS, FormerTenantName, TenantRename, TenantStore};

/// All ports together.
pub trait Store:
    AccountStore
    + BulkStore
    + ResourceStore
    + TenantStore
    + RegionStore
    + KeyStore
    + RevocationStore
    + RevocationSummaryStore
    + ChangeFeed
    + AuditLog
    + NodeStore
    + ControlStore
    + ChangeAnnouncements
{
}

impl<S> Store for S where
    S: AccountStore
        + BulkStore
        + ResourceStore
        + TenantStore
        + RegionStore
        + KeyStore
        + RevocationStore
        + RevocationSummaryStore
        + ChangeFeed
        + AuditLog
        + NodeStore
        + ControlStore
        + ChangeAnnouncements
{
}
