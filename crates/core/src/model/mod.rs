//! The data model: tenants, resources, accounts, credentials and keys.
//!
//! Plain values with the rules that depend only on the value. No storage, no HTTP, no clock. The values that
//! administrators name (ids, names, states, times) are in `jeton_admin` and also exported here.

mod account;
mod credential;
mod key;
mod resource;
mod revocation;
mod tenant;

pub use account::Account;
pub(crate) use credential::CredentialRights;
pub use credential::{Credential, Proof, SecretKind, SecretLookup, SecretProof, last_four};
pub use jeton_admin::value::{
    AccountDetails, AccountName, Actor, ActorKind, Algorithm, CallerAddress, CallerNetwork, Chain,
    CredentialId, CredentialState, DEFAULT_TENANT, InvalidName, InvisibleCharacter, KeyId, KeyKind, KeyState,
    Labels, LastUse, ProofKind, Restriction, TenantName, Timestamp, TokenFormat, check_visible, is_invisible,
};
pub use key::Key;
pub use resource::{Resource, ScopeDefinition};
pub use revocation::{Revocation, TokenId};
pub use tenant::Tenant;
