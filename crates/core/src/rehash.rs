//! A secret whose hash was made by another server is hashed anew at its first use here (decision 0004).
//!
//! The request that brings it only leaves it here: hashing and writing are the node's own time, and a store that is
//! away is asked again later. What waits is wiped when it is done, and there is never much of it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jeton_protocol::ClientId;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::admin::view::AccountView;
use crate::authorization_server::AuthorizationServer;
use crate::clock::random_bytes;
use crate::hash_pool::HashPoolFull;
use crate::model::{Account, Credential, CredentialId, SecretKind, last_four};
use crate::secret_hash::{HashCost, SecretHash};
use crate::store::{Action, AuditEntry, Conflict, StoreError, Subject};
use crate::store_writes::StoreWrite;

/// A credential whose hash is now ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehashed {
    /// Whose it is.
    pub client_id: ClientId,
    /// Which one.
    pub credential: CredentialId,
}

impl AuthorizationServer {
    /// Keeps a right secret until it is hashed anew, where its hash is another server's.
    pub(crate) fn rehash_later(&self, account: &Account, credential: &Credential, secret: &str) {
        if credential.kind == SecretKind::Imported && credential.hash.is_foreign() {
            let key = (account.client_id.clone(), credential.id.clone());
            self.rehashes.leave(key, &credential.hash, secret);
        }
    }

    /// Hashes anew what was left since the last call, one after the other. Called about once a second.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot; what was not done yet is kept, unless it can never be done.
    pub async fn rehash(&self) -> Result<Vec<Rehashed>, StoreError> {
        let mut done = Vec::new();
        while let Some((key, waiting)) = self.rehashes.next() {
            match self.replace_hash(&key, &waiting).await {
                // The pool is for those who wait for an answer; when it is full of them, this comes later.
                Err(NotNow::PoolFull(_)) => break,
                Err(NotNow::Store(error)) => {
                    if !matches!(error, StoreError::Unavailable(_) | StoreError::Replaced { .. }) {
                        self.rehashes.forget(&key);
                    }
                    let done = Err(error);
                    self.writes.note(StoreWrite::Rehashing, &done, self.clock.now());
                    return done;
                }
                Ok(replaced) => {
                    self.rehashes.forget(&key);
                    let (client_id, credential) = key;
                    done.extend(replaced.then_some(Rehashed { client_id, credential }));
                }
            }
        }
        Ok(done)
    }

    /// Whether it was replaced. Read anew each time: whoever changed the account meanwhile knew what they did, and a
    /// credential that they revoked or that another node was faster with is left alone.
    async fn replace_hash(&self, (client_id, credential): &Key, waiting: &Waiting) -> Result<bool, NotNow> {
        let mut made = None;
        for _ in 0..ATTEMPTS {
            let Some(before) = self.store.find_account(client_id).await?.value else { return Ok(false) };
            let mut after = before.clone();
            let now = self.clock.now();
            let held = after.credentials.iter_mut().find(|held| &held.id == credential);
            let Some(held) = held.filter(|held| held.is_active(now) && held.hash == waiting.hash) else {
                return Ok(false);
            };
            held.hash = if let Some(hash) = made {
                hash
            } else {
                let salt = random_bytes(&*self.randomness);
                self.hashes.make(&waiting.secret, HashCost::Heavy, salt).await?
            };
            made = Some(held.hash.clone());
            held.last_four = last_four(&waiting.secret);
            let digest = self.verified.digest(held, &waiting.secret);
            match self.store.replace_account(&after, &self.rehash_audit(&before, &after)).await {
                Ok(()) => {
                    // It was verified under the old hash: the next token costs no hash either.
                    self.verified.remember(digest);
                    return Ok(true);
                }
                Err(StoreError::Conflict(Conflict::Stale)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        // Somebody keeps changing the account; the secret's next use leaves it here again.
        Ok(false)
    }

    fn rehash_audit(&self, before: &Account, after: &Account) -> AuditEntry {
        let now = self.clock.now();
        let view = |account| AccountView::new(account, &self.settings.region, now);
        let json = |account| serde_json::to_value(view(account)).ok();
        AuditEntry {
            at: now,
            actor: "server".to_owned(),
            action: Action::RehashSecret,
            subject: Subject::Account(after.client_id.clone()),
            before: json(before),
            after: json(after),
        }
    }
}

/// Why a hash was not replaced.
#[derive(Debug, Error)]
enum NotNow {
    #[error(transparent)]
    PoolFull(#[from] HashPoolFull),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Which credential of which account.
type Key = (ClientId, CredentialId);

/// The secrets that wait to be hashed anew.
#[derive(Default)]
pub(crate) struct Rehashes(Mutex<BTreeMap<Key, Waiting>>);

#[derive(Clone)]
struct Waiting {
    /// The hash that the secret matched, and no other is replaced.
    hash: SecretHash,
    secret: Zeroizing<String>,
}

impl Rehashes {
    /// Where there are many already, it is not kept: its next use leaves it here again.
    fn leave(&self, key: Key, hash: &SecretHash, secret: &str) {
        let mut waiting = self.waiting();
        if waiting.len() < MOST_WAITING && !waiting.contains_key(&key) {
            waiting.insert(key, Waiting { hash: hash.clone(), secret: Zeroizing::new(secret.to_owned()) });
        }
    }

    fn next(&self) -> Option<(Key, Waiting)> {
        self.waiting().first_key_value().map(|(key, waiting)| (key.clone(), waiting.clone()))
    }

    fn forget(&self, key: &Key) {
        self.waiting().remove(key);
    }

    /// A thread that panicked meanwhile left a map that is whole.
    fn waiting(&self) -> MutexGuard<'_, BTreeMap<Key, Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Rehashes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rehashes").field("waiting", &self.waiting().len()).finish()
    }
}

/// How often it starts again when others change the same account.
const ATTEMPTS: usize = 8;
/// Of at most 4,096 characters each.
const MOST_WAITING: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_the_most_wait_and_none_twice() {
        let rehashes = Rehashes::default();
        let leave = |number: usize| {
            let id: ClientId = format!("client-{number}").parse().unwrap();
            rehashes.leave((id, CredentialId::generate([1; 8])), SecretHash::unmatchable(), "a secret");
        };
        for number in (0..MOST_WAITING + 5).chain(0..5) {
            leave(number);
        }
        assert_eq!(rehashes.waiting().len(), MOST_WAITING);
        let (key, _) = rehashes.next().unwrap();
        rehashes.forget(&key);
        assert_eq!(rehashes.waiting().len(), MOST_WAITING - 1);
        assert!(!format!("{rehashes:?}").contains("a secret"));
    }
}
