//! Records when and from where each secret was last used, until this is written to the store.
//!
//! A secret's first use in a minute is recorded; other uses only cost a comparison (see [`crate::secrets::verified`]).
//! The writer copies a batch and removes it only after it was written, so that a write that fails or is cancelled loses
//! no record. A newer record replaces the older one, and the number of secrets is limited, so that memory stays bounded
//! while the store is unavailable.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jeton_protocol::ClientId;

use crate::clock::Clock;
use crate::model::{CredentialId, LastUse};
use crate::node::store_writes::{StoreWrite, StoreWrites};
use crate::store::{SecretUse, Store, StoreError};

/// Writes the recorded uses to the store.
#[derive(Debug)]
pub(crate) struct LastUseWriter {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) uses: Arc<SecretUses>,
    pub(crate) writes: Arc<StoreWrites>,
}

impl LastUseWriter {
    /// Writes which secrets were used since the last call. Called a few times a minute, and at shutdown. No cached
    /// account becomes outdated, because the cache does not read the last use.
    ///
    /// # Errors
    /// [`StoreError`]. Uses that were not written stay recorded, even if the call is cancelled.
    pub(crate) async fn write(&self) -> Result<(), StoreError> {
        loop {
            let batch = self.uses.batch();
            if batch.is_empty() {
                return Ok(());
            }
            let result = self.store.record_uses(&batch).await;
            self.writes.record(StoreWrite::LastUses, &result, self.clock.now());
            result?;
            self.uses.remove(&batch);
        }
    }
}

/// The last use of each secret that is not in the store yet.
#[derive(Debug, Default)]
pub(crate) struct SecretUses {
    pending: Mutex<HashMap<(ClientId, CredentialId), LastUse>>,
}

impl SecretUses {
    /// Records a use. If the limit is reached, the use is dropped. The secret's first use in another minute is recorded
    /// again.
    pub(crate) fn record(&self, SecretUse { client_id, credential, last_use }: SecretUse) {
        let mut pending = self.pending();
        let secret = (client_id, credential);
        if pending.len() < MAX_SECRETS || pending.contains_key(&secret) {
            pending.insert(secret, last_use);
        }
    }

    /// A copy of some records, at most as many as one transaction should write.
    fn batch(&self) -> Vec<SecretUse> {
        let secret_use = |((client_id, credential), last_use): (&(ClientId, CredentialId), &LastUse)| {
            SecretUse { client_id: client_id.clone(), credential: credential.clone(), last_use: *last_use }
        };
        self.pending().iter().take(USES_PER_WRITE).map(secret_use).collect()
    }

    /// Removes the written records, except for secrets that were used again meanwhile.
    fn remove(&self, written: &[SecretUse]) {
        let mut pending = self.pending();
        for SecretUse { client_id, credential, last_use } in written {
            let secret = (client_id.clone(), credential.clone());
            if pending.get(&secret) == Some(last_use) {
                pending.remove(&secret);
            }
        }
    }

    /// A poisoned lock is ignored: the records are consistent even after a panic.
    fn pending(&self) -> MutexGuard<'_, HashMap<(ClientId, CredentialId), LastUse>> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// As many as there are cached accounts, the only ones that work while the store is unavailable: about 10 MB.
const MAX_SECRETS: usize = 50_000;
const USES_PER_WRITE: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ProofKind, Timestamp};

    fn secret_use(number: usize, seconds: i64) -> SecretUse {
        SecretUse {
            client_id: format!("account-{number}").parse().unwrap(),
            credential: CredentialId::generate(ProofKind::Secret, [1; 8]),
            last_use: LastUse { at: Timestamp::from_unix(seconds), from: "192.0.2.1".parse().unwrap() },
        }
    }

    #[test]
    fn memory_is_limited_while_the_store_is_unavailable() {
        let uses = SecretUses::default();
        for number in 0..=MAX_SECRETS {
            uses.record(secret_use(number, 60));
        }
        assert_eq!(uses.pending().len(), MAX_SECRETS);
        // Records of known secrets are still updated.
        uses.record(secret_use(0, 120));
        let (client_id, credential) = (secret_use(0, 0).client_id, secret_use(0, 0).credential);
        assert_eq!(uses.pending()[&(client_id, credential)].at, Timestamp::from_unix(120));
    }

    #[test]
    fn a_secret_used_again_during_a_write_is_written_again() {
        let uses = SecretUses::default();
        uses.record(secret_use(1, 60));
        uses.record(secret_use(2, 60));
        let written = uses.batch();
        uses.record(secret_use(1, 120));
        uses.remove(&written);
        assert_eq!(uses.batch(), [secret_use(1, 120)]);
    }
}
