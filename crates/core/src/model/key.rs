//! The keys of a region as they are stored.

use std::fmt;

use jeton_admin::view::KeyView;

use super::{KeyId, KeyKind, KeyState, Timestamp};

/// A key of a region, encrypted under the master key.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    /// Its id; the `kid` of a signing key.
    pub id: KeyId,
    /// The purpose.
    pub kind: KeyKind,
    /// The life cycle state.
    pub state: KeyState,
    /// The encrypted key: a PKCS#8 document for signing, otherwise 32 bytes. `None` once the key is no longer
    /// trusted.
    pub sealed: Option<Vec<u8>>,
    /// When it was created and published.
    pub created_at: Timestamp,
    /// When it became active.
    pub activated_at: Option<Timestamp>,
    /// When it stopped making tokens.
    pub retired_at: Option<Timestamp>,
    /// When it was removed or revoked.
    pub ended_at: Option<Timestamp>,
    /// The number of writes. A write that is based on an older version is refused.
    pub version: i64,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("state", &self.state)
            .field("created_at", &self.created_at)
            .finish_non_exhaustive()
    }
}

impl From<&Key> for KeyView {
    fn from(key: &Key) -> Self {
        let (purpose, algorithm) = match key.kind {
            KeyKind::Signing(algorithm) => ("signing", algorithm.as_str()),
            KeyKind::Sealing => ("sealing", "AES-256-GCM-SIV"),
            KeyKind::Lookup => ("lookup", "HMAC-SHA-256"),
        };
        Self {
            kid: key.id.clone(),
            purpose,
            algorithm,
            state: key.state,
            created_at: key.created_at,
            activated_at: key.activated_at,
            retired_at: key.retired_at,
            ended_at: key.ended_at,
        }
    }
}
