//! What a presented id and secret can be: the account and the one credential behind each way to read the request.
//!
//! It finds them without a hash, and chooses which of them are worth one. What a request costs follows from the strings
//! in it, never from the accounts: else the time would tell which ids exist.

use std::sync::Arc;

use jeton_protocol::{ClientId, PresentedPair, PresentedSecret, SecretShape};

use crate::authorization_server::AuthorizationServer;
use crate::model::{Account, Credential, SecretLookup, Timestamp};
use crate::refusal::{ClientFault, Refusal};
use crate::secret_hash::SecretHash;
use crate::verified_secrets::SecretDigest;

/// An id and a secret with what is known of them before any hash.
pub(crate) struct Candidate<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) secret: &'a PresentedSecret,
    /// Of a secret of our own form; none for a string that can only be an imported secret.
    lookup: Option<SecretLookup>,
    account: Option<Arc<Account>>,
}

/// The candidates of one request.
pub(crate) struct Candidates<'a> {
    /// The form-decoded pair comes first (RFC 6749 §2.3.1).
    pub(crate) found: Vec<Candidate<'a>>,
    /// Why the form-decoded pair is none, where it is none.
    fault: Option<ClientFault>,
    /// Why a candidate may be missing; then the ones that are found are from memory.
    pub(crate) failed: Option<Refusal>,
}

/// A candidate whose secret must be hashed in the heavy lane to be judged.
pub(crate) struct Guess<'a> {
    pub(crate) candidate: &'a Candidate<'a>,
    pub(crate) digest: SecretDigest,
    pub(crate) hash: &'a SecretHash,
    is_possible: bool,
}

impl Candidate<'_> {
    /// The one credential that the secret can be.
    pub(crate) fn credential(&self, now: Timestamp) -> Option<(&Arc<Account>, &Credential)> {
        let account = self.account.as_ref()?;
        let credential = match &self.lookup {
            Some(lookup) => account.generated_credential(lookup),
            None => account.imported_credential(now),
        };
        Some((account, credential?))
    }

    /// The generated credential whose keyed lookup this secret has: only who knows the secret gets here.
    pub(crate) fn matched_by_lookup(&self) -> Option<(&Arc<Account>, &Credential)> {
        let (account, lookup) = (self.account.as_ref()?, self.lookup.as_ref()?);
        Some((account, account.generated_credential(lookup)?))
    }
}

impl Candidates<'_> {
    /// What is told when none of them is right.
    pub(crate) fn fault(&self) -> ClientFault {
        if self.found.iter().any(|candidate| candidate.account.is_some()) {
            return ClientFault::WrongSecret;
        }
        self.fault.clone().unwrap_or(ClientFault::UnknownClient)
    }
}

impl AuthorizationServer {
    /// The candidates of `pair`. Other readings than the form-decoded one are for imported credentials only.
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
            // A store that just failed is not asked again: the caller would wait twice for the same answer.
            let may_ask = candidates.failed.is_none();
            match self.candidate(&other.client_id, &other.secret, may_ask).await {
                Ok(candidate) => candidates.found.push(candidate),
                Err(Refusal::Client(_)) => {}
                Err(refusal) => candidates.failed = candidates.failed.or(Some(refusal)),
            }
        }
        candidates
    }

    /// In the order: region, shape of the secret, account. A mistyped secret does not touch the store.
    async fn candidate<'a>(
        &self,
        client_id: &'a str,
        secret: &'a PresentedSecret,
        may_ask_store: bool,
    ) -> Result<Candidate<'a>, Refusal> {
        let id: ClientId = client_id.parse().map_err(|_| ClientFault::MalformedId)?;
        let (home, shape) = (self.settings.home_of(&id), secret.shape());
        if home.is_none() && shape == SecretShape::Broken {
            return Err(ClientFault::BrokenSecret.into());
        }
        let account =
            if may_ask_store { self.directory.account(&id).await? } else { self.directory.remembered(&id) };
        let lookup = match (home, shape) {
            // The tag is in the id, so nothing leaks. An account that was imported here is ours.
            (Some((region, token_endpoint)), _) if account.is_none() => {
                return Err(Refusal::WrongRegion { region, token_endpoint: token_endpoint.to_owned() });
            }
            (_, SecretShape::Broken) => return Err(ClientFault::BrokenSecret.into()),
            (_, SecretShape::Generated) => Some(self.indexer.presented_lookup(secret)),
            (_, SecretShape::Other) => None,
        };
        Ok(Candidate { client_id, secret, lookup, account })
    }

    /// The candidates to be hashed, at most two. Strings that may be imported secrets cost a heavy hash also where there
    /// is no credential to compare them with; where the store holds no imported secret, none of them costs any.
    pub(crate) fn guesses<'a>(&self, candidates: &'a [Candidate<'_>], now: Timestamp) -> Vec<Guess<'a>> {
        let holds_imported_secrets = self.directory.catalog().holds_imported_secrets;
        let guess = |candidate: &'a Candidate<'_>| {
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
            Some(Guess { candidate, digest, hash, is_possible })
        };
        let mut guesses: Vec<_> = candidates.iter().filter_map(guess).collect();
        // Where there are three, one that cannot be right is left out; how many are hashed stays the same.
        guesses.sort_by_key(|guess| !guess.is_possible);
        guesses.truncate(MOST_GUESSES);
        guesses
    }
}

/// Heavy hashes that one request may cost.
const MOST_GUESSES: usize = 2;
