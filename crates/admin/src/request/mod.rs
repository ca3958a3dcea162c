//! What an administrator asks for.
//!
//! Only the shape: the rules are checked where the request is carried out.

mod account;
mod account_list;
mod audit;
mod change;
mod entitlement;
mod import;
mod master_key;
mod page;
mod resource;
mod seconds;
mod secret;
mod simulation;

pub use account::{AccountUpdate, NewAccount};
pub use account_list::{AccountCursor, AccountFilter, AccountPage, AccountSort, InvalidCursor, StateFilter};
pub use audit::{AuditCursor, AuditFilter, AuditOrder, AuditPage, ChainPage};
pub use change::Change;
pub use entitlement::Entitlement;
pub use import::{AccountToImport, IfDigestShaped, IfExists, SecretToImport};
pub use master_key::NewMasterKey;
pub use page::{ExpiringSecretPage, UnusedSecretPage, UnusedSecretPosition};
pub use resource::{NewResource, ResourceUpdate};
pub use secret::{IfInUse, SecretRotation, SecretTerms};
pub use simulation::SimulatedRequest;
