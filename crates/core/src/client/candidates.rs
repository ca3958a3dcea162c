//! Finds the account and the one credential that a presented id and secret may belong to, for each way to read the
//! request.
//!
//! It finds them without hashing, and selects those that must be hashed. The cost of a request depends only on the
//! strings in it, never on the accounts. Otherwise the response time would reveal which ids exist.

use std::sync::Arc;

use jeton_protocol::{ClientId, PresentedPair, PresentedSecret, SecretShape};

use crate::authorization_server::AuthorizationServer;
use crate::model::{Account, Credential, SecretLookup, Timestamp};
use crate::refusal::reason::{ClientFault, Refusal};
use crate::secrets::hash::SecretHash;
use crate::secrets::verified::SecretDigest;

/// An id and a secret, with what is known about them before hashing.
pub(crate) struct Candidate<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) secret: &'a PresentedSecret,
    /// The lookup of a secret that has the form of a generated one. `None` for a string that can only be an imported
    /// secret.
    lookup: Option<SecretLookup>,
    account: Option<Arc<Account>>,
}

/// The candidates of one request.
pub(crate) struct Candidates<'a> {
    /// The form-decoded pair comes first (RFC 6749 §2.3.1).
    pub(crate) found: Vec<Candidate<'a>>,
    /// Why the form-decoded pair is not a candidate, if it is not.
    fault: Option<ClientFault>,
    /// Why a candidate may be missing. In that case the candidates in `found` come from the cache.
    pub(crate) failed: Option<Refusal>,
}

/// A candidate whose secret must be hashed in the heavy lane to be checked.
pub(crate) struct HashCheck<'a> {
    pub(crate) candidate: &'a Candidate<'a>,
    pub(crate) digest: SecretDigest,
    pub(crate) hash: &'a SecretHash,
    is_possible: bool,
}

impl Candidate<'_> {
    /// The one credential that the secret can belong to.
    pub(crate) fn credential(&self, now: Timestamp) -> Option<(&Arc<Account>, &Credential)> {
        let account = self.account.as_ref()?;
        let credential = match &self.lookup {
            Some(lookup) => account.generated_credential(lookup),
            None => account.imported_credential(now),
        };
        Some((account, credential?))
    }

    /// The generated credential whose keyed lookup matches this secret. Only a caller that knows the secret has a
    /// match.
    pub(crate) fn matched_by_lookup(&self) -> Option<(&Arc<Account>, &Credential)> {
        let (account, lookup) = (self.account.as_ref()?, self.lookup.as_ref()?);
        Some((account, account.generated_credential(lookup)?))
    }
}

impl Candidates<'_> {
    /// The fault to report if no candidate matches.
    pub(crate) fn fault(&self) -> ClientFault {
        if self.found.iter().any(|candidate| candidate.account.is_some()) {
            return ClientFault::WrongSecret;
        }
        self.fault.clone().unwrap_or(ClientFault::UnknownClient)
    }
}

impl AuthorizationServer {
    /// The candidates of `pair`. Readings other than the form-decoded one apply to imported credentials only.
    pub(crate) async fn find_candidates<'a>(&self, pair: &'a PresentedPair) -> Candidates<'a> {
        let mut candidates = Candidates { found: Vec::with_capacity(1), fault: None, failed: None };
        match self.candidate(&pair.client_id, &pair.secret, true).await {
            Ok(candidate) => candidates.found.push(candidate),
            Err(Refusal::Client(fault)) => candidates.fault = Some(fault),
            Err(refusal) => candidates.failed = Some(refusal),
        }
        if pair.secret.shape() != SecretShape::Other || !self.directory.catalog().holds_imported_secrets {
            return candidates;
        }
        for other in &pair.alternative_decodings {
            if other.secret.shape() != SecretShape::Other {
                continue;
            }
            // Do not query a store again that just failed: the caller would wait twice for the same answer.
            let may_read = candidates.failed.is_none();
            match self.candidate(&other.client_id, &other.secret, may_read).await {
                Ok(candidate) => candidates.found.push(candidate),
                Err(Refusal::Client(_)) => {}
                Err(refusal) => candidates.failed = candidates.failed.or(Some(refusal)),
            }
        }
        candidates
    }

    /// Checks in this order: region, shape of the secret, account. A mistyped secret causes no store read.
    async fn candidate<'a>(
        &self,
        client_id: &'a str,
        secret: &'a PresentedSecret,
        may_read_store: bool,
    ) -> Result<Candidate<'a>, Refusal> {
        let id: ClientId = client_id.parse().map_err(|_| ClientFault::MalformedId)?;
        let (home, shape) = (self.settings.home_of(&id), secret.shape());
        if home.is_none() && shape == SecretShape::Broken {
            return Err(ClientFault::BrokenSecret.into());
        }
        let account = if may_read_store {
            self.directory.account(&id).await?
        } else {
            self.directory.cached_account(&id)
        };
        let lookup = match (home, shape) {
            // The region tag is part of the id, so this reveals nothing. An account that was imported here belongs to
            // this region.
            (Some((region, token_endpoint)), _) if account.is_none() => {
                return Err(Refusal::WrongRegion { region, token_endpoint: token_endpoint.to_owned() });
            }
            (_, SecretShape::Broken) => return Err(ClientFault::BrokenSecret.into()),
            (_, SecretShape::Generated) => Some(self.indexer.presented_lookup(secret)),
            (_, SecretShape::Other) => None,
        };
        Ok(Candidate { client_id, secret, lookup, account })
    }

    /// The candidates to hash, at most two. A string that may be an imported secret costs a heavy hash even if there is
    /// no credential to compare it with. If the store holds no imported secret, no string costs a hash.
    pub(crate) fn hash_checks<'a>(
        &self,
        candidates: &'a [Candidate<'_>],
        now: Timestamp,
    ) -> Vec<HashCheck<'a>> {
        let holds_imported_secrets = self.directory.catalog().holds_imported_secrets;
        let check = |candidate: &'a Candidate<'_>| {
            if candidate.lookup.is_some() {
                return None;
            }
            let secret = candidate.secret.expose();
            let (digest, hash, is_possible) = match candidate.credential(now) {
                Some((_, credential)) => (self.verified.digest(credential, secret), &credential.hash, true),
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
}

/// How many heavy hashes one request may cost.
const MAX_HASHES: usize = 2;
