//! What an administrator sees: tenants, resources, accounts, secrets, keys and tokens as JSON.
//!
//! The members are a stable interface (`docs/cli-json.md`): `--format json` prints them and the audit log stores them. No
//! type here can contain a secret or a hash.

mod account;
mod account_list;
mod audit;
mod audit_chain;
mod imported;
mod issued_secret;
mod key;
mod leak;
mod node;
mod resource;
mod revocation;
mod secret;
mod simulation;
mod tenant;
mod token;
mod token_fault;

pub use account::{AccountState, AccountView, GrantView};
pub use account_list::AccountList;
pub use audit::{AuditRecord, InvalidDigest, RecordDigest, Sequence};
pub use audit_chain::{AuditVerdict, BrokenLog, ChainHead, IntactLog, InvalidHead, LogFault};
pub use imported::{ImportMatch, ImportedAccountView, ImportedBatch, ImportedForm};
pub use issued_secret::IssuedSecret;
pub use key::{KeyRotation, KeyView};
pub use leak::{Leak, LeakedSecret};
pub use node::{ConfirmationState, NodeConfirmation, NodeView};
pub use resource::{ResourceGrantView, ResourceIntrospectorView, ResourceUsersView, ResourceView, ScopeView};
pub use revocation::{PanicReport, RevokedTokens};
pub use secret::{ExpiringSecretView, SecretView, UnusedSecretView, UnusedSecretsView};
pub use simulation::{ExplainedRefusal, Simulation};
pub use tenant::{RegionView, TenantSummary, TenantView};
pub use token::{InspectedToken, RevokedToken};
pub use token_fault::TokenFault;
