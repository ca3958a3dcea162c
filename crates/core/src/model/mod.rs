//! The data model: tenants, resources, accounts, credentials and keys.
//!
//! Plain values with the rules that depend only on the value. No storage, no HTTP, no clock.

mod account;
mod caller_address;
mod credential;
mod key;
mod resource;
mod restriction;
mod revocation;
mod tenant;
mod timestamp;
mod visible;

pub use account::{Account, AccountName};
pub use caller_address::{CallerAddress, CallerNetwork};
pub use credential::{
    Credential, CredentialId, CredentialState, LastUse, Proof, ProofKind, SecretKind, SecretLookup,
    SecretProof, last_four,
};
pub use key::{Algorithm, Key, KeyId, KeyKind, KeyState};
pub use resource::{Resource, ScopeDefinition, TokenFormat};
pub use restriction::Restriction;
pub use revocation::{Revocation, TokenId};
pub use tenant::{DEFAULT_TENANT, Tenant, TenantName};
pub use timestamp::Timestamp;
pub use visible::{InvisibleCharacter, check_visible, is_invisible};

/// The text is not valid for this kind of name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} {value:?} is not valid: {rule}")]
pub struct InvalidName {
    what: &'static str,
    value: String,
    rule: &'static str,
}

/// Checks a name that people type: 1 to 100 characters, no control characters, no space at either end.
fn check_name(what: &'static str, value: &str) -> Result<String, InvalidName> {
    let length = value.chars().count();
    let is_valid = (1..=MAX_NAME_CHARS).contains(&length)
        && value.trim() == value
        && !value.chars().any(char::is_control);
    if is_valid {
        return Ok(value.to_owned());
    }
    Err(InvalidName {
        what,
        value: value.to_owned(),
        rule: "1 to 100 characters, no control characters, no space at either end",
    })
}

const MAX_NAME_CHARS: usize = 100;
