//! The last and most expensive check of a secret: hashing it in the heavy lane of the pool. Only texts that
//! may be an imported secret need it.
//!
//! The failures are counted before the hash, so that parallel guesses cost no more hashes than sequential ones.

use crate::client::authenticate::Authenticator;
use crate::client::authenticated_account::{Attempt, AuthenticatedAccount, ProvedCredential};
use crate::client::candidates::Candidate;
use crate::client::failure_limit::ReservedFailures;
use crate::model::{CallerAddress, Timestamp};
use crate::refusal::Refusal;
use crate::secret_hash::{HashCost, SecretHash};
use crate::secrets::verified::SecretDigest;

/// A candidate whose secret must be hashed in the heavy lane to be checked.
pub(crate) struct HashCheck<'a> {
    pub(crate) candidate: &'a Candidate<'a>,
    pub(crate) digest: SecretDigest,
    pub(crate) hash: &'a SecretHash,
    is_possible: bool,
}

impl Authenticator {
    /// The candidates to hash, at most two. A string that may be an imported secret costs a heavy hash even if there is
    /// no credential to compare it with. If the store holds no imported secret, no string costs a hash.
    pub(super) fn hash_checks<'a>(
        &self,
        candidates: &'a [Candidate<'_>],
        now: Timestamp,
    ) -> Vec<HashCheck<'a>> {
        let holds_imported_secrets = self.directory.catalog().holds_imported_secrets;
        let check = |candidate: &'a Candidate<'_>| {
            if !candidate.is_only_imported() {
                return None;
            }
            let secret = candidate.secret.expose();
            let found = candidate.credential(now).map(|(_, credential)| credential);
            let (digest, hash, is_possible) = match found.and_then(|found| Some((found, found.secret()?))) {
                Some((credential, proof)) => (self.verified.digest(credential, secret), &proof.hash, true),
                None if holds_imported_secrets => {
                    let digest = self.verified.digest_without_credential(candidate.client_id, secret);
                    (digest, SecretHash::unmatchable(), false)
                }
                None => return None,
            };
            Some(HashCheck { candidate, digest, hash, is_possible })
        };
        let mut checks: Vec<_> = candidates.iter().filter_map(check).collect();
        // If there are three, one that cannot match is left out. The number of hashes stays the same.
        checks.sort_by_key(|check| !check.is_possible);
        checks.truncate(MAX_HASHES);
        checks
    }

    /// The account whose imported secret matches one of the hash checks, if any. Of many identical requests at the same
    /// time one is hashed and the others wait for it, so that identical requests with a correct secret are not rate
    /// limited.
    pub(super) async fn authenticate_by_hash(
        &self,
        checks: &[HashCheck<'_>],
        attempt: Attempt,
    ) -> Result<Option<AuthenticatedAccount>, Refusal> {
        let Some(first) = checks.first() else { return Ok(None) };
        let mut reserved = None;
        let hash = self.run_hash_checks(checks, attempt.from, &mut reserved);
        let Some(right) = self.verified.verify(first.digest, hash).await? else { return Ok(None) };
        let Some(check) = checks.iter().find(|check| check.digest == right) else { return Ok(None) };
        let Some((account, credential)) = check.candidate.credential(attempt.at) else { return Ok(None) };
        let proved = ProvedCredential { account, credential, attempt };
        let admitted = match reserved {
            None => self.admit_unlimited(proved, check.candidate.secret)?,
            Some(reserved) => {
                let admitted = self.admit(proved, check.candidate.secret)?;
                self.failures.refund(reserved);
                admitted
            }
        };
        self.record_use(proved);
        Ok(Some(admitted))
    }

    /// Hashes until one check matches. The failures are reserved first and left in `reserved`. If the pool is full, the
    /// failures of checks that were not hashed are refunded. If the caller disconnects, the failures stay counted: the
    /// hash still runs, and disconnecting must not make guesses free.
    async fn run_hash_checks(
        &self,
        checks: &[HashCheck<'_>],
        from: CallerAddress,
        reserved: &mut Option<ReservedFailures>,
    ) -> Result<Option<SecretDigest>, Refusal> {
        // An identical request that this one waited for may have verified the second check.
        let known = checks.iter().skip(1).find(|check| self.verified.find(&check.digest).is_some());
        if let Some(known) = known {
            return Ok(Some(known.digest));
        }
        let client_ids: Vec<&str> = checks.iter().map(|check| check.candidate.client_id).collect();
        let failures = self.reserve_failures(&client_ids, from)?;
        for (made, check) in checks.iter().enumerate() {
            let secret = check.candidate.secret.expose();
            match self.hashes.matches(check.hash, HashCost::Heavy, secret, from.network()).await {
                Ok(true) => {
                    *reserved = Some(failures);
                    return Ok(Some(check.digest));
                }
                Ok(false) => {}
                Err(full) => {
                    self.failures.refund_after(made, failures);
                    return Err(full.into());
                }
            }
        }
        Ok(None)
    }
}

/// How many heavy hashes one request may cost.
const MAX_HASHES: usize = 2;
