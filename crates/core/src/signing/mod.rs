//! Signing keys in memory: making them, signing with them, checking what they signed.

mod key_pair;
mod key_ring;

pub use key_pair::{KeyPair, KeyPairError};
pub(crate) use key_ring::make_signing_keys;
pub use key_ring::{KeyRing, KeyRingError, PublishedKeys};
