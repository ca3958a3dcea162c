//! Secrets: where hashing runs, which secrets were verified or imported, and when each was last used.
//!
//! It must not know how a caller presented a secret.

pub(crate) mod expiring;
pub(crate) mod hash_pool;
pub(crate) mod imported;
pub(crate) mod last_use;
pub(crate) mod rehash;
pub(crate) mod verified;
