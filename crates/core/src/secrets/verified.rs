//! Caches which secrets were verified, so that an account's next token costs microseconds (decision 0004).
//!
//! An entry is a keyed digest over the credential's id, its stored hash and the secret. The key exists only in this
//! process. So a credential whose hash changes does not find its old entry, and the memory of one process reveals no
//! secret of another process.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use aws_lc_rs::hmac;
use quick_cache::sync::Cache;

use crate::clock::{Randomness, random_bytes};
use crate::model::{Credential, Timestamp};

/// A bounded cache of verified secrets.
#[derive(Debug)]
pub(crate) struct VerifiedSecrets {
    key: hmac::Key,
    verified: Cache<SecretDigest, Arc<VerifiedSecret>>,
}

/// The cached state of a verified secret: the minute in which it was last used.
#[derive(Debug, Default)]
pub(crate) struct VerifiedSecret {
    last_used_minute: AtomicI64,
}

impl VerifiedSecret {
    /// Whether this is the first use in the minute of `now`. Returns true only once per minute.
    pub(crate) fn is_first_use_in_minute(&self, now: Timestamp) -> bool {
        let minute = now.unix().div_euclid(60);
        // Read first: a write at each request would invalidate the cache line of the other cores.
        self.last_used_minute.load(Ordering::Relaxed) != minute
            && self.last_used_minute.swap(minute, Ordering::Relaxed) != minute
    }
}

/// A keyed digest of a secret, valid in this process only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct SecretDigest([u8; 32]);

impl VerifiedSecrets {
    /// An empty cache with a new key.
    #[must_use]
    pub(crate) fn new(randomness: &dyn Randomness) -> Self {
        let key: [u8; 32] = random_bytes(randomness);
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, &key), verified: Cache::new(CAPACITY) }
    }

    /// The digest of `secret` as the secret of `credential`.
    pub(crate) fn digest(&self, credential: &Credential, secret: &str) -> SecretDigest {
        // Only a credential with a hash is ever verified by a secret.
        let hash = credential.secret().map_or("", |proof| proof.hash.as_stored());
        self.digest_of(credential.id.as_str(), hash, secret)
    }

    /// The digest of `secret` if `client_id` has no credential that it could belong to. It is never verified.
    pub(crate) fn digest_without_credential(&self, client_id: &str, secret: &str) -> SecretDigest {
        self.digest_of("", client_id, secret)
    }

    /// The secret, if it was verified before.
    pub(crate) fn find(&self, digest: &SecretDigest) -> Option<Arc<VerifiedSecret>> {
        self.verified.get(digest)
    }

    /// Adds a secret that was verified by other means, for example with its previous hash.
    pub(crate) fn remember(&self, digest: SecretDigest) {
        self.verified.insert(digest, Arc::default());
    }

    /// Runs `verify` unless the secret of `digest` is already verified, and caches the digest that it returns: this
    /// one, or that of another reading of the same request. Of many callers with the same secret at the same time one
    /// verifies and the others wait for it. Returns the verified digest, if there is one.
    ///
    /// # Errors
    /// The error of `verify`. In this case no digest is cached.
    pub(crate) async fn verify<E>(
        &self,
        digest: SecretDigest,
        verify: impl Future<Output = Result<Option<SecretDigest>, E>>,
    ) -> Result<Option<SecretDigest>, E> {
        match self.verified.get_value_or_guard_async(&digest).await {
            Ok(_) => Ok(Some(digest)),
            Err(guard) => {
                let verified = verify.await?;
                match verified {
                    // A full cache may reject the entry. The next caller then verifies again.
                    Some(same) if same == digest => drop(guard.insert(Arc::default())),
                    // Insert before the guard is dropped: the callers that wait for it look here first.
                    Some(other) => self.remember(other),
                    None => {}
                }
                Ok(verified)
            }
        }
    }

    fn digest_of(&self, owner: &str, hash: &str, secret: &str) -> SecretDigest {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(owner.as_bytes());
        context.update(&[0]);
        context.update(hash.as_bytes());
        context.update(&[0]);
        context.update(secret.as_bytes());
        let mut digest = [0; 32];
        digest.copy_from_slice(context.sign().as_ref());
        SecretDigest(digest)
    }
}

const CAPACITY: usize = 100_000;
