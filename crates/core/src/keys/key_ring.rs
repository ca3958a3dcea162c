//! The region's decrypted keys: which key signs or seals, which keys are trusted, and which are published.

use std::collections::BTreeMap;
use std::sync::Arc;

use jeton_protocol::RegionName;

use super::{KeyPair, KeyPairError, KeyRingError, PublishedKeys, SealingKey};
use crate::keys::master_key::PrivateKeySealer;
use crate::model::{Algorithm, Key, KeyId, KeyKind, KeyState, Resource, Timestamp};

/// The decrypted keys of a region.
#[derive(Debug, Default)]
pub struct KeyRing {
    pairs: BTreeMap<KeyId, Arc<KeyPair>>,
    signing: BTreeMap<Algorithm, Arc<KeyPair>>,
    sealing_keys: BTreeMap<KeyId, Arc<SealingKey>>,
    sealing: Option<Arc<SealingKey>>,
    published: PublishedKeys,
    oldest_activation: Option<Timestamp>,
}

impl KeyRing {
    /// Decrypts the trusted keys among `stored`. Keys that `previous` contains are reused. Also returns the keys that
    /// cannot be decrypted: they were encrypted with another master key, or they are damaged.
    #[must_use]
    pub fn open(
        stored: &[Key],
        region: &RegionName,
        sealer: &PrivateKeySealer,
        previous: &Self,
    ) -> (Self, Vec<(KeyId, KeyRingError)>) {
        let mut ring = Self::default();
        let mut unreadable = Vec::new();
        let mut trusted: Vec<&Key> = stored.iter().filter(|key| key.state.is_trusted()).collect();
        // Verifiers that ignore the key id use the first key of the set.
        trusted.sort_by_key(|key| (key.state != KeyState::Active, key.state != KeyState::Retiring, key.kind));
        for key in &trusted {
            if let Err(error) = ring.add(key, region, sealer, previous) {
                unreadable.push((key.id.clone(), error));
            }
        }
        ring.published = PublishedKeys::of(trusted.iter().filter_map(|key| ring.pairs.get(&key.id)));
        (ring, unreadable)
    }

    fn add(
        &mut self,
        key: &Key,
        region: &RegionName,
        sealer: &PrivateKeySealer,
        previous: &Self,
    ) -> Result<(), KeyRingError> {
        let is_active = key.state == KeyState::Active;
        if is_active && key.kind != KeyKind::Lookup {
            let activated = key.activated_at.unwrap_or(key.created_at);
            self.oldest_activation =
                Some(self.oldest_activation.map_or(activated, |oldest| oldest.min(activated)));
        }
        match key.kind {
            KeyKind::Signing(algorithm) => {
                let pair = match previous.pairs.get(&key.id) {
                    Some(pair) => Arc::clone(pair),
                    None => Arc::new(open_pair(key, algorithm, region, sealer)?),
                };
                if is_active {
                    self.signing.insert(algorithm, Arc::clone(&pair));
                }
                self.pairs.insert(key.id.clone(), pair);
            }
            KeyKind::Sealing => {
                let opened = match previous.sealing_keys.get(&key.id) {
                    Some(opened) => Arc::clone(opened),
                    None => Arc::new(open_sealing(key, region, sealer)?),
                };
                if is_active {
                    self.sealing = Some(Arc::clone(&opened));
                }
                self.sealing_keys.insert(key.id.clone(), opened);
            }
            KeyKind::Lookup => {}
        }
        Ok(())
    }

    /// The key that signs the tokens of `resource`. It has the resource's algorithm as soon as a key of that algorithm
    /// is active, because every verifier then has that key. Until then it has the previous algorithm, or the default
    /// one.
    #[must_use]
    pub fn signer(&self, resource: &Resource) -> Option<&Arc<KeyPair>> {
        let wanted = [Some(resource.algorithm), resource.previous_algorithm, Some(Algorithm::Es256)];
        wanted.into_iter().flatten().find_map(|algorithm| self.signing.get(&algorithm))
    }

    /// The active key of `algorithm`.
    #[must_use]
    pub fn active(&self, algorithm: Algorithm) -> Option<&Arc<KeyPair>> {
        self.signing.get(&algorithm)
    }

    /// The trusted signing key with this `kid`.
    #[must_use]
    pub fn find(&self, kid: &str) -> Option<&KeyPair> {
        self.pairs.get(kid).map(Arc::as_ref)
    }

    /// The active sealing key.
    #[must_use]
    pub fn sealing(&self) -> Option<&Arc<SealingKey>> {
        self.sealing.as_ref()
    }

    /// The trusted sealing key with this id.
    #[must_use]
    pub fn find_sealing(&self, id: &KeyId) -> Option<&SealingKey> {
        self.sealing_keys.get(id).map(Arc::as_ref)
    }

    /// Whether tokens issued with this key are trusted. The key may be of any kind.
    #[must_use]
    pub fn trusts(&self, id: &KeyId) -> bool {
        self.pairs.contains_key(id) || self.sealing_keys.contains_key(id)
    }

    /// The algorithms of the active signing keys, for the metadata.
    pub fn algorithms(&self) -> impl Iterator<Item = Algorithm> {
        self.signing.keys().copied()
    }

    /// When the oldest of the active signing and sealing keys became active.
    #[must_use]
    pub fn oldest_activation(&self) -> Option<Timestamp> {
        self.oldest_activation
    }

    /// The response of the JWKS endpoint: active, retiring and published signing keys.
    #[must_use]
    pub fn published(&self) -> &PublishedKeys {
        &self.published
    }
}

fn open_pair(
    key: &Key,
    algorithm: Algorithm,
    region: &RegionName,
    sealer: &PrivateKeySealer,
) -> Result<KeyPair, KeyRingError> {
    let pair = KeyPair::from_pkcs8(algorithm, &unseal(key, region, sealer)?)?;
    if pair.id() == &key.id { Ok(pair) } else { Err(KeyPairError::Rejected.into()) }
}

fn open_sealing(
    key: &Key,
    region: &RegionName,
    sealer: &PrivateKeySealer,
) -> Result<SealingKey, KeyRingError> {
    let bytes = unseal(key, region, sealer)?;
    SealingKey::from_bytes(key.id.clone(), &bytes).map_err(|_| KeyPairError::Rejected.into())
}

/// Decrypts the key with the master key.
pub(super) fn unseal(
    key: &Key,
    region: &RegionName,
    sealer: &PrivateKeySealer,
) -> Result<zeroize::Zeroizing<Vec<u8>>, KeyRingError> {
    let encrypted = key.sealed.as_deref().ok_or(KeyPairError::Rejected)?;
    Ok(sealer.open(encrypted, &seal_context(region, key.kind, &key.id))?)
}

/// Binds an encrypted key to its region, kind and id: a row that was copied to another region or kind does not decrypt.
pub(super) fn seal_context(region: &RegionName, kind: KeyKind, id: &KeyId) -> String {
    format!("{region}/{kind}/{id}")
}
