//! Remembers which secrets were verified, so that an account's next token costs microseconds (decision 0004).
//!
//! What is kept is a keyed digest over the credential's id, its stored hash and the secret, under a key that lives
//! only in this process. A credential whose hash changes therefore no longer finds its old entry, and the memory of
//! one process says nothing about the secrets of another.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use aws_lc_rs::hmac;
use quick_cache::sync::Cache;

use crate::clock::{Randomness, random_bytes};
use crate::model::{Credential, Timestamp};

/// A capped set of verified secrets.
#[derive(Debug)]
pub(crate) struct VerifiedSecrets {
    key: hmac::Key,
    verified: Cache<SecretDigest, Arc<VerifiedSecret>>,
}

/// What is remembered of a verified secret: the minute in which it was last used.
#[derive(Debug, Default)]
pub(crate) struct VerifiedSecret {
    used_in: AtomicI64,
}

impl VerifiedSecret {
    /// Whether this is its first use in the minute of `now`. The answer is yes once.
    pub(crate) fn begins_minute(&self, now: Timestamp) -> bool {
        let minute = now.unix().div_euclid(60);
        // Read first: a write would take the line away from the other cores at each request.
        self.used_in.load(Ordering::Relaxed) != minute
            && self.used_in.swap(minute, Ordering::Relaxed) != minute
    }
}

/// Stands for a secret in this process's memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct SecretDigest([u8; 32]);

impl VerifiedSecrets {
    /// An empty set with a fresh key.
    #[must_use]
    pub(crate) fn new(randomness: &dyn Randomness) -> Self {
        let key: [u8; 32] = random_bytes(randomness);
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, &key), verified: Cache::new(CAPACITY) }
    }

    /// What stands for `secret` as the secret of `credential`.
    pub(crate) fn digest(&self, credential: &Credential, secret: &str) -> SecretDigest {
        self.digest_of(credential.id.as_str(), credential.hash.as_stored(), secret)
    }

    /// What stands for `secret` where `client_id` has no credential that it could be: never verified.
    pub(crate) fn digest_without_credential(&self, client_id: &str, secret: &str) -> SecretDigest {
        self.digest_of("", client_id, secret)
    }

    /// The secret, if it was verified before.
    pub(crate) fn find(&self, digest: &SecretDigest) -> Option<Arc<VerifiedSecret>> {
        self.verified.get(digest)
    }

    /// Remembers what was verified under another hash of the same secret.
    pub(crate) fn remember(&self, digest: SecretDigest) {
        self.verified.insert(digest, Arc::default());
    }

    /// Runs `verify` unless the secret of `digest` is verified already, and remembers the digest that it says is right:
    /// this one, or that of another reading of the same request. Of many callers with the same secret at the same time
    /// one verifies and the others wait for it. Returns the digest that is right, if one is.
    ///
    /// # Errors
    /// What `verify` fails with; nothing is remembered then.
    pub(crate) async fn verify<E>(
        &self,
        digest: SecretDigest,
        verify: impl Future<Output = Result<Option<SecretDigest>, E>>,
    ) -> Result<Option<SecretDigest>, E> {
        match self.verified.get_value_or_guard_async(&digest).await {
            Ok(_) => Ok(Some(digest)),
            Err(guard) => {
                let right = verify.await?;
                match right {
                    // A full cache may decline; then the next caller verifies again.
                    Some(right) if right == digest => drop(guard.insert(Arc::default())),
                    // Before the guard goes: those who wait for it look here first.
                    Some(other) => self.remember(other),
                    None => {}
                }
                Ok(right)
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
