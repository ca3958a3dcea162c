//! The things this server knows: tenants, resources, accounts, credentials, keys.
//!
//! Plain values with the rules that need nothing but the value. No storage, no HTTP, no clock.

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
    Credential, CredentialId, CredentialState, LastUse, SecretKind, SecretLookup, last_four,
};
pub use key::{Algorithm, Key, KeyId, KeyKind, KeyState};
pub use resource::{Resource, ScopeFacts, TokenFormat};
pub use restriction::Restriction;
pub use revocation::{Revocation, TokenId};
pub use tenant::{DEFAULT_TENANT, Tenant, TenantName};
pub use timestamp::Timestamp;
pub use visible::{InvisibleCharacter, check_visible, is_invisible};

/// The text is not what this kind of name may be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} {value:?} is not usable: {rule}")]
pub struct InvalidName {
    what: &'static str,
    value: String,
    rule: &'static str,
}

/// Names that people type: visible, short, without control characters or surrounding space.
fn check_name(what: &'static str, value: &str) -> Result<String, InvalidName> {
    let length = value.chars().count();
    let usable = (1..=MAX_NAME_CHARS).contains(&length)
        && value.trim() == value
        && !value.chars().any(char::is_control);
    if usable {
        return Ok(value.to_owned());
    }
    Err(InvalidName {
        what,
        value: value.to_owned(),
        rule: "1 to 100 characters, no control characters, no space at either end",
    })
}

const MAX_NAME_CHARS: usize = 100;
