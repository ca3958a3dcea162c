//! The region's keys: their creation, their life cycle, signing and sealing, and verifying signatures and seals.

mod check;
mod error;
mod keeper;
mod key_pair;
mod key_ring;
mod life_cycle;
mod lookup_key;
pub(crate) mod master_key;
mod published_keys;
mod sealing_key;

pub use check::{check_keys, check_master_key};
pub use error::{KeyRingError, RotationRefused};
pub use keeper::KeyKeeper;
pub use key_pair::{KeyPair, KeyPairError};
pub use key_ring::KeyRing;
pub use life_cycle::{CLOCK_SKEW, JWKS_MAX_AGE, KeyTimings, LONGEST_TOKEN_TTL};
pub(crate) use lookup_key::secret_indexer;
pub use published_keys::PublishedKeys;
pub use sealing_key::{SealingError, SealingKey};
