//! What an administrator sees: tenants, resources, accounts, secrets and keys as JSON.
//!
//! The members are a stable interface (`docs/cli-json.md`): `--format json` prints them and the audit log stores them. No
//! type here can contain a secret or a hash.

mod account;
mod key;
mod resource;
mod secret;
mod tenant;

pub use account::{AccountState, AccountView, GrantView};
pub use key::KeyView;
pub use resource::{ResourceView, ScopeView};
pub use secret::{ExpiringSecretView, SecretView};
pub use tenant::{RegionView, TenantView};
