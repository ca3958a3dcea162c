//! The values that administrators name and see: names, ids, states, times, addresses and limits.
//!
//! Plain values with the rules that depend only on the value. Must not know how anything is stored or served.

/// Reads a value from a text with the same rules as `FromStr`.
macro_rules! deserialize_from_text {
    ($type:ty) => {
        impl<'de> ::serde::Deserialize<'de> for $type {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as ::serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(::serde::de::Error::custom)
            }
        }
    };
}

mod account_details;
mod account_name;
mod actor;
mod algorithm;
mod caller_address;
mod chain;
mod credential;
mod credential_id;
mod invalid_name;
mod key;
mod label;
mod proof_kind;
mod restriction;
mod tenant_name;
mod timestamp;
mod token_format;
mod token_id;
mod visible;

pub use account_details::AccountDetails;
pub use account_name::AccountName;
pub use actor::{Actor, ActorKind};
pub use algorithm::Algorithm;
pub use caller_address::{CallerAddress, CallerNetwork};
pub use chain::{Chain, InvalidChain};
pub use credential::{CredentialState, LastUse};
pub use credential_id::CredentialId;
pub use invalid_name::InvalidName;
pub use key::{KeyId, KeyKind, KeyState};
pub use label::{InvalidLabel, Label, Labels};
pub use proof_kind::ProofKind;
pub use restriction::Restriction;
pub use tenant_name::{DEFAULT_TENANT, TenantName};
pub use timestamp::{InvalidTimestamp, Timestamp};
pub use token_format::TokenFormat;
pub use token_id::TokenId;
pub use visible::{InvisibleCharacter, check_visible, is_invisible};
