//! Rehashes secrets whose hash was made by another server, at their first use here (decision 0004).
//!
//! The request only queues the secret. The node hashes and writes in the background, and retries when the store is
//! unavailable. Queued secrets are wiped when they are done. The queue is bounded.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jeton_protocol::ClientId;
use thiserror::Error;
use tokio::sync::OnceCell;
use zeroize::Zeroizing;

use crate::clock::random_bytes;
use crate::context::Context;
use crate::model::{Account, Actor, Credential, CredentialId, SecretProof, last_four};
use crate::node::store_writes::{StoreWrite, StoreWrites};
use crate::refusal::HashPoolFull;
use crate::secret_hash::{HashCost, SecretHash};
use crate::secrets::hash_pool::HashPool;
use crate::secrets::verified::VerifiedSecrets;
use crate::store::{Action, Attempt, AuditEntry, Conflict, Position, StoreError, Subject, retry_when_stale};

/// A credential whose hash was replaced by one of this server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehashed {
    /// The account of the credential.
    pub client_id: ClientId,
    /// The id of the credential.
    pub credential: CredentialId,
}

/// Rehashes the queued secrets of one region.
#[derive(Debug)]
pub(crate) struct Rehasher {
    pub(crate) context: Context,
    pub(crate) queue: Arc<RehashQueue>,
    pub(crate) hashes: Arc<HashPool>,
    pub(crate) verified: Arc<VerifiedSecrets>,
    pub(crate) writes: Arc<StoreWrites>,
}

impl Rehasher {
    /// Rehashes the queued secrets, one after the other. Called about once a second.
    ///
    /// # Errors
    /// [`StoreError`] when the store fails. Secrets that were not rehashed stay queued, except one that can never be
    /// rehashed.
    pub(crate) async fn rehash(&self) -> Result<Vec<Rehashed>, StoreError> {
        let mut done = Vec::new();
        while let Some((key, waiting)) = self.queue.first() {
            match self.replace_hash(&key, &waiting).await {
                // Requests that wait for a response have priority in the pool. When it is full, rehash later.
                Err(RehashError::PoolFull(_)) => break,
                Err(RehashError::Store(error)) => {
                    let may_succeed_later = matches!(
                        error,
                        StoreError::Unavailable(_)
                            | StoreError::OutcomeUnknown(_)
                            | StoreError::Replaced { .. }
                            | StoreError::Fenced(_)
                    );
                    if !may_succeed_later {
                        self.queue.remove(&key);
                    }
                    let failed = Err(error);
                    self.writes.record(StoreWrite::Rehashing, &failed, self.context.clock.now());
                    return failed;
                }
                Ok(replaced) => {
                    self.queue.remove(&key);
                    let (client_id, credential) = key;
                    done.extend(replaced.then_some(Rehashed { client_id, credential }));
                }
            }
        }
        Ok(done)
    }

    /// Returns whether the hash was replaced. It reads the account again in each attempt, so that concurrent changes
    /// are kept. A credential that was revoked, or that another node has already rehashed, is not changed.
    async fn replace_hash(
        &self,
        (client_id, credential): &Key,
        waiting: &PendingRehash,
    ) -> Result<bool, RehashError> {
        // Hashing is expensive: all attempts use the same hash.
        let hash = OnceCell::new();
        let replaced = retry_when_stale(|| async {
            let Some(before) = self.context.store.find_account(client_id, Position::START).await?.value
            else {
                return Ok(Attempt::Done(false));
            };
            let mut after = before.clone();
            let now = self.context.clock.now();
            let held = after.credentials.iter_mut().find(|held| &held.id == credential);
            let Some(held) = held.filter(|held| held.is_active(now)) else { return Ok(Attempt::Done(false)) };
            let proof = held.proof.secret_mut().filter(|proof| proof.hash == waiting.hash);
            let Some(proof) = proof else { return Ok(Attempt::Done(false)) };
            let make = || {
                let salt = random_bytes(&*self.context.randomness);
                self.hashes.make(&waiting.secret, HashCost::Heavy, salt)
            };
            proof.hash = hash.get_or_try_init(make).await?.clone();
            proof.last_four = last_four(&waiting.secret);
            let digest = self.verified.digest(held, &waiting.secret);
            let written =
                self.context.store.replace_account(&after, &self.rehash_audit(&before, &after)).await;
            if written.is_ok() {
                // It was verified with the old hash, so the next token must not cost a hash either.
                self.verified.remember(digest);
            }
            Ok(Attempt::of(written, true)?)
        });
        match replaced.await {
            // The account keeps changing. The next use of the secret queues it again.
            Err(RehashError::Store(StoreError::Conflict(Conflict::Stale))) => Ok(false),
            replaced => replaced,
        }
    }

    fn rehash_audit(&self, before: &Account, after: &Account) -> AuditEntry {
        let now = self.context.clock.now();
        let json = |account: &Account| serde_json::to_value(account.view(&self.context.region, now)).ok();
        AuditEntry {
            at: now,
            actor: Actor::Server,
            action: Action::RehashSecret,
            tenant: Some(after.tenant.name.clone()),
            subject: Subject::Account(after.client_id.clone()),
            before: json(before),
            after: json(after),
        }
    }
}

/// Why a hash was not replaced.
#[derive(Debug, Error)]
enum RehashError {
    #[error(transparent)]
    PoolFull(#[from] HashPoolFull),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Which credential of which account.
type Key = (ClientId, CredentialId);

/// The secrets that wait to be rehashed.
#[derive(Default)]
pub(crate) struct RehashQueue(Mutex<BTreeMap<Key, PendingRehash>>);

#[derive(Clone)]
struct PendingRehash {
    /// The hash that the secret matched. Only this hash is replaced.
    hash: SecretHash,
    secret: Zeroizing<String>,
}

impl RehashQueue {
    /// Queues a correct secret to be rehashed, if its hash was made by another server.
    pub(crate) fn push_if_foreign(&self, account: &Account, credential: &Credential, secret: &str) {
        let is_foreign = |proof: &&SecretProof| proof.is_imported() && proof.hash.is_foreign();
        if let Some(proof) = credential.secret().filter(is_foreign) {
            self.push((account.client_id.clone(), credential.id.clone()), &proof.hash, secret);
        }
    }

    /// If the queue is full, the secret is dropped. Its next use queues it again.
    fn push(&self, key: Key, hash: &SecretHash, secret: &str) {
        let mut pending = self.pending();
        if pending.len() < MAX_PENDING && !pending.contains_key(&key) {
            pending
                .insert(key, PendingRehash { hash: hash.clone(), secret: Zeroizing::new(secret.to_owned()) });
        }
    }

    fn first(&self) -> Option<(Key, PendingRehash)> {
        self.pending().first_key_value().map(|(key, waiting)| (key.clone(), waiting.clone()))
    }

    fn remove(&self, key: &Key) {
        self.pending().remove(key);
    }

    /// A poisoned lock is ignored: the map is consistent even after a panic.
    fn pending(&self) -> MutexGuard<'_, BTreeMap<Key, PendingRehash>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for RehashQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RehashQueue").field("waiting", &self.pending().len()).finish()
    }
}

/// A secret has at most 4,096 characters.
const MAX_PENDING: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ProofKind;

    #[test]
    fn the_queue_is_bounded_and_has_no_duplicates() {
        let queue = RehashQueue::default();
        let push = |number: usize| {
            let id: ClientId = format!("client-{number}").parse().unwrap();
            queue.push(
                (id, CredentialId::generate(ProofKind::Secret, [1; 8])),
                SecretHash::unmatchable(),
                "a secret",
            );
        };
        for number in (0..MAX_PENDING + 5).chain(0..5) {
            push(number);
        }
        assert_eq!(queue.pending().len(), MAX_PENDING);
        let (key, _) = queue.first().unwrap();
        queue.remove(&key);
        assert_eq!(queue.pending().len(), MAX_PENDING - 1);
        assert!(!format!("{queue:?}").contains("a secret"));
    }
}
