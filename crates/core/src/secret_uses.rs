//! Notes when and from where each secret was last used, until that is written to the store.
//!
//! A secret's first use in a minute is noted, the others cost a comparison (see [`crate::verified_secrets`]). Whoever
//! writes takes a copy and says afterwards what was written, so that a write that fails or is given up loses nothing.
//! A newer note replaces the older one and the number of secrets is capped: a store that stays away costs no memory.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jeton_protocol::ClientId;

use crate::authorization_server::AuthorizationServer;
use crate::model::{CredentialId, LastUse};
use crate::store::{SecretUse, StoreError};
use crate::store_writes::StoreWrite;

impl AuthorizationServer {
    /// Writes to the store which secrets were used since the last call. Called a few times a minute, and at the end.
    ///
    /// # Errors
    /// [`StoreError`]; what was not written stays noted, also where the call is given up before it returns.
    pub async fn record_uses(&self) -> Result<(), StoreError> {
        loop {
            let batch = self.uses.batch();
            if batch.is_empty() {
                return Ok(());
            }
            let done = self.directory.record_uses(&batch).await;
            self.writes.note(StoreWrite::LastUses, &done, self.clock.now());
            done?;
            self.uses.forget(&batch);
        }
    }
}

/// The uses that are not in the store yet, one of each secret.
#[derive(Debug, Default)]
pub(crate) struct SecretUses {
    noted: Mutex<HashMap<(ClientId, CredentialId), LastUse>>,
}

impl SecretUses {
    /// Notes a use. With too many secrets noted already it is left out; the secret's next minute tries again.
    pub(crate) fn note(&self, SecretUse { client_id, credential, last_use }: SecretUse) {
        let mut noted = self.noted();
        let secret = (client_id, credential);
        if noted.len() < SECRETS_NOTED || noted.contains_key(&secret) {
            noted.insert(secret, last_use);
        }
    }

    /// A copy of some of the notes, not more than one transaction should hold.
    fn batch(&self) -> Vec<SecretUse> {
        let of = |((client_id, credential), last_use): (&(ClientId, CredentialId), &LastUse)| SecretUse {
            client_id: client_id.clone(),
            credential: credential.clone(),
            last_use: *last_use,
        };
        self.noted().iter().take(USES_AT_ONCE).map(of).collect()
    }

    /// What was written is forgotten, but for secrets that were used again meanwhile.
    fn forget(&self, written: &[SecretUse]) {
        let mut noted = self.noted();
        for SecretUse { client_id, credential, last_use } in written {
            let secret = (client_id.clone(), credential.clone());
            if noted.get(&secret) == Some(last_use) {
                noted.remove(&secret);
            }
        }
    }

    /// A panic elsewhere leaves the notes as they were, whole.
    fn noted(&self) -> MutexGuard<'_, HashMap<(ClientId, CredentialId), LastUse>> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// As many as accounts are kept in memory, which are all that work while the store is away: about 10 MB.
const SECRETS_NOTED: usize = 50_000;
const USES_AT_ONCE: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;

    fn secret_use(number: usize, seconds: i64) -> SecretUse {
        SecretUse {
            client_id: format!("account-{number}").parse().unwrap(),
            credential: CredentialId::generate([1; 8]),
            last_use: LastUse { at: Timestamp::from_unix(seconds), from: "192.0.2.1".parse().unwrap() },
        }
    }

    #[test]
    fn a_store_that_stays_away_costs_no_more_memory_than_the_cap() {
        let uses = SecretUses::default();
        for number in 0..=SECRETS_NOTED {
            uses.note(secret_use(number, 60));
        }
        assert_eq!(uses.noted().len(), SECRETS_NOTED);
        // Those that are noted still move on.
        uses.note(secret_use(0, 120));
        let (client_id, credential) = (secret_use(0, 0).client_id, secret_use(0, 0).credential);
        assert_eq!(uses.noted()[&(client_id, credential)].at, Timestamp::from_unix(120));
    }

    #[test]
    fn what_was_used_again_while_it_was_written_is_written_again() {
        let uses = SecretUses::default();
        uses.note(secret_use(1, 60));
        uses.note(secret_use(2, 60));
        let written = uses.batch();
        uses.note(secret_use(1, 120));
        uses.forget(&written);
        assert_eq!(uses.batch(), [secret_use(1, 120)]);
    }
}
