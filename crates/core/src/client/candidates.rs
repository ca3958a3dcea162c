//! Finds the account and the one credential that a presented id and secret may belong to, for each way to read the
//! request.
//!
//! It finds them without hashing. The cost of a request depends only on the strings in it, never on the accounts.
//! Otherwise the response time would reveal which ids exist.

use std::sync::Arc;

use jeton_protocol::{ClientId, PresentedPair, PresentedSecret, SecretShape};

use crate::client::authenticate::Authenticator;
use crate::model::{Account, CallerNetwork, Credential, SecretLookup, Timestamp};
use crate::refusal::{ClientFault, HiddenClientFault, Refusal};

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

impl Candidate<'_> {
    /// Whether the secret has a form that only imported secrets have.
    pub(crate) fn is_only_imported(&self) -> bool {
        self.lookup.is_none()
    }

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
            return HiddenClientFault::WrongSecret.into();
        }
        self.fault.clone().unwrap_or(HiddenClientFault::UnknownClient.into())
    }
}

impl Authenticator {
    /// The candidates of `pair`. Readings other than the form-decoded one apply to imported credentials only.
    pub(crate) async fn find_candidates<'a>(
        &self,
        pair: &'a PresentedPair,
        network: CallerNetwork,
    ) -> Candidates<'a> {
        let mut candidates = Candidates { found: Vec::with_capacity(1), fault: None, failed: None };
        match self.candidate(&pair.client_id, &pair.secret, network, true).await {
            Ok(candidate) => candidates.found.push(candidate),
            Err(Refusal::Client(fault)) => candidates.fault = Some(fault),
            Err(refusal) => candidates.failed = Some(refusal),
        }
        if !self.directory.catalog().holds_imported_secrets || pair.secret.shape() != SecretShape::Other {
            return candidates;
        }
        for other in &pair.alternative_decodings {
            if other.secret.shape() != SecretShape::Other {
                continue;
            }
            // Do not query a store again that just failed: the caller would wait twice for the same answer.
            let may_read = candidates.failed.is_none();
            match self.candidate(&other.client_id, &other.secret, network, may_read).await {
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
        network: CallerNetwork,
        may_read_store: bool,
    ) -> Result<Candidate<'a>, Refusal> {
        let id: ClientId = client_id.parse().map_err(|_| HiddenClientFault::MalformedId)?;
        let (home, shape) = (self.settings.home_of(&id), secret.shape());
        if home.is_none() && shape == SecretShape::Broken {
            return Err(HiddenClientFault::BrokenSecret.into());
        }
        let account = if may_read_store {
            self.directory.account_of_caller(&id, network).await?
        } else {
            self.directory.cached_account(&id)
        };
        let lookup = match (home, shape) {
            // The region tag is part of the id, so this reveals nothing. An account that was imported here belongs to
            // this region.
            (Some((region, token_endpoint)), _) if account.is_none() => {
                return Err(Refusal::WrongRegion { region, token_endpoint: token_endpoint.to_owned() });
            }
            (_, SecretShape::Broken) => return Err(HiddenClientFault::BrokenSecret.into()),
            (_, SecretShape::Generated) => Some(self.indexer.presented_lookup(secret)),
            (_, SecretShape::Other) => None,
        };
        Ok(Candidate { client_id, secret, lookup, account })
    }
}
