//! JSON Web Signatures and Keys: take a token apart, read and write public keys, sign and verify.
//!
//! The key decides the algorithm, never the token (RFC 8725 §3.1). `none` and HMAC are not supported. All cryptography
//! is aws-lc-rs.
//!
//! This crate must not know where keys are stored or fetched from, how long they are used, or what the claims of a
//! token mean. It has no I/O, no clock and no async.

mod algorithm;
mod jwk;
mod jws;
mod key_set;
#[cfg(feature = "properties")]
#[doc(hidden)]
pub mod properties;
mod public_key;
mod signer;
mod signing_key;
mod verifying_key;

pub use algorithm::Algorithm;
pub use jwk::{JwkSet, PublicJwk};
pub use jws::{CompactJws, JwsError, JwsHeader};
pub use key_set::KeySet;
pub use public_key::PublicKeyMaterial;
pub use signing_key::{ProtectedHeader, SigningKey, SigningKeyError};
pub use verifying_key::VerifyingKey;
