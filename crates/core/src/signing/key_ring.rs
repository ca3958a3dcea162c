//! The region's signing keys, opened: which one signs, which ones verify, what is published.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jeton_protocol::{JwkSet, RegionName};
use thiserror::Error;

use super::{KeyPair, KeyPairError};
use crate::clock::{Clock, Randomness};
use crate::master_key::{MasterKeyError, PrivateKeySealer};
use crate::model::{Algorithm, KeyId, KeyState, SigningKey};
use crate::store::{Action, AuditEntry, Conflict, Store, StoreError, Subject};

/// The opened keys of a region.
#[derive(Debug, Default)]
pub struct KeyRing {
    keys: BTreeMap<KeyId, Arc<KeyPair>>,
    active: BTreeMap<Algorithm, Arc<KeyPair>>,
    published: PublishedKeys,
}

/// The JWK Set (RFC 7517 §5), ready to be sent.
#[derive(Debug, Clone, Default)]
pub struct PublishedKeys {
    /// The JSON document.
    pub body: Arc<[u8]>,
    /// Its entity tag, with the quotes (RFC 9110 §8.8.3).
    pub etag: Arc<str>,
}

impl KeyRing {
    /// Opens the stored keys; those that `previous` holds are not opened again.
    ///
    /// # Errors
    /// [`KeyRingError`] when a key was sealed under another master key or is not a key.
    pub fn open(
        stored: &[SigningKey],
        region: &RegionName,
        sealer: &PrivateKeySealer,
        previous: &Self,
    ) -> Result<Self, KeyRingError> {
        let mut ring = Self::default();
        for key in stored {
            let pair = match previous.keys.get(&key.id) {
                Some(pair) => Arc::clone(pair),
                None => Arc::new(open_key(key, region, sealer)?),
            };
            match key.state {
                KeyState::Active => ring.active.insert(key.algorithm, Arc::clone(&pair)),
            };
            ring.keys.insert(key.id.clone(), pair);
        }
        ring.published = PublishedKeys::of(ring.keys.values());
        Ok(ring)
    }

    /// The key that signs with `algorithm`.
    #[must_use]
    pub fn active(&self, algorithm: Algorithm) -> Option<&Arc<KeyPair>> {
        self.active.get(&algorithm)
    }

    /// The key of this `kid`.
    #[must_use]
    pub fn find(&self, kid: &str) -> Option<&KeyPair> {
        self.keys.get(kid).map(Arc::as_ref)
    }

    /// The algorithms that sign, for the metadata.
    pub fn algorithms(&self) -> impl Iterator<Item = Algorithm> {
        self.active.keys().copied()
    }

    /// What the JWKS endpoint answers.
    #[must_use]
    pub fn published(&self) -> &PublishedKeys {
        &self.published
    }
}

impl PublishedKeys {
    fn of<'a>(keys: impl Iterator<Item = &'a Arc<KeyPair>>) -> Self {
        let set = JwkSet { keys: keys.map(|key| key.jwk().clone()).collect() };
        let body = serde_json::to_vec(&set).unwrap_or_default();
        let digest = digest::digest(&digest::SHA256, &body);
        let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&digest.as_ref()[..12]));
        Self { body: body.into(), etag: etag.into() }
    }
}

/// Makes a first key for each of `algorithms`. Of two nodes at once one wins, and the other finds out.
///
/// # Errors
/// [`KeyRingError`] when a key cannot be made or stored.
pub(crate) async fn make_signing_keys(
    store: &dyn Store,
    region: &RegionName,
    sealer: &PrivateKeySealer,
    (clock, randomness): (&dyn Clock, &dyn Randomness),
    algorithms: BTreeSet<Algorithm>,
    actor: &str,
) -> Result<(), KeyRingError> {
    for algorithm in algorithms {
        let document = tokio::task::spawn_blocking(move || KeyPair::generate_pkcs8(algorithm))
            .await
            .map_err(|_| KeyPairError::Generation)??;
        let pair = KeyPair::from_pkcs8(algorithm, &document)?;
        let key = SigningKey {
            id: pair.id().clone(),
            algorithm,
            state: KeyState::Active,
            sealed_private_key: sealer.seal(
                &document,
                &seal_context(region, algorithm, pair.id()),
                randomness,
            )?,
            created_at: clock.now(),
        };
        let audit = AuditEntry {
            at: key.created_at,
            actor: actor.to_owned(),
            action: Action::Create,
            subject: Subject::SigningKey(key.id.clone()),
            before: None,
            after: Some(serde_json::json!({ "algorithm": algorithm, "state": key.state })),
        };
        match store.add_signing_key(&key, &audit).await {
            Ok(()) | Err(StoreError::Conflict(Conflict::Exists)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn open_key(
    key: &SigningKey,
    region: &RegionName,
    sealer: &PrivateKeySealer,
) -> Result<KeyPair, KeyRingError> {
    let context = seal_context(region, key.algorithm, &key.id);
    let document = sealer.open(&key.sealed_private_key, &context)?;
    let pair = KeyPair::from_pkcs8(key.algorithm, &document)?;
    if pair.id() == &key.id { Ok(pair) } else { Err(KeyPairError::Rejected.into()) }
}

/// A sealed key opens only as what it was stored as: a row copied to another region or algorithm is refused.
fn seal_context(region: &RegionName, algorithm: Algorithm, id: &KeyId) -> String {
    format!("{region}/{algorithm}/{id}")
}

/// Why the region's keys are not usable.
#[derive(Debug, Error)]
pub enum KeyRingError {
    /// The master key does not open them.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    /// A key is damaged, or none can be made.
    #[error(transparent)]
    Key(#[from] KeyPairError),
    /// The store did not give or take one.
    #[error(transparent)]
    Store(#[from] StoreError),
}
