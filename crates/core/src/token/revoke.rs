//! Revokes a caller's own token (RFC 7009).
//!
//! A token is revoked only when the write is durable. A write that failed, or whose result is unknown, is never
//! reported as a success.

use std::sync::Arc;

use jeton_protocol::{ClientId, RevocationRequest};

use crate::client::authenticate::Authenticator;
use crate::clock::Clock;
use crate::memory::catalog::CachedCatalog;
use crate::memory::directory::Directory;
use crate::model::{CallerAddress, Revocation};
use crate::node::store_writes::{StoreWrite, StoreWrites};
use crate::refusal::{Refusal, Unavailable};
use crate::store::StoreError;
use crate::token::check::TokenChecker;
use crate::token::client_revocations::writer::RevocationWriter;
use crate::token::revocation::{is_foreign, may_be_active_elsewhere, revocation_of};
use crate::token::revocation_limit::RevocationLimit;
use crate::token::verify::{TokenFault, VerifiedToken};

/// The result of a successful revocation request. The caller gets no details.
#[derive(Debug)]
pub struct RevocationOutcome {
    /// The account that sent the request.
    pub caller: ClientId,
    /// Why there was no active token to revoke, if that is so. For the operator.
    pub fault: Option<TokenFault>,
}

/// Answers revocation requests.
#[derive(Debug)]
pub(crate) struct Revoker {
    pub(crate) directory: Arc<Directory>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) authenticator: Arc<Authenticator>,
    pub(crate) checker: Arc<TokenChecker>,
    pub(crate) limit: RevocationLimit,
    pub(crate) writer: RevocationWriter,
    pub(crate) writes: Arc<StoreWrites>,
}

impl Revoker {
    /// Answers a revocation request that came from `from`. After this call the token is inactive on this node, and
    /// within a second on all other nodes.
    ///
    /// # Errors
    /// A [`Refusal`] when the caller does not authenticate, when the token is active and belongs to another account, or
    /// when the store cannot be read or written.
    pub(crate) async fn revoke(
        &self,
        request: &RevocationRequest,
        from: CallerAddress,
    ) -> Result<RevocationOutcome, Refusal> {
        self.directory.ensure_fresh()?;
        let caller = self.authenticator.authenticate(&request.client, from).await?;
        let caller = caller.account().client_id.clone();
        let catalog = self.directory.catalog();
        let verified = match self.checker.verify_unseen(&catalog, &caller, request.token.expose())? {
            Ok(verified) => verified,
            Err(fault) => return Ok(RevocationOutcome { caller, fault: Some(fault) }),
        };
        let fault = match self.judge(&catalog, &verified).await? {
            Err(fault) => Some(fault),
            Ok((revocation, None)) if revocation.client_id != caller => return Err(Refusal::ForeignToken),
            Ok((revocation, inactive))
                if revocation.client_id == caller
                    && may_be_active_elsewhere(inactive.as_ref(), self.clock.now()) =>
            {
                self.add_own_revocation(revocation, &caller).await?;
                inactive
            }
            Ok((_, inactive)) => inactive,
        };
        Ok(RevocationOutcome { caller, fault })
    }

    /// Removes the revocations of tokens that expired long ago, from the cache and from the store. Returns how many
    /// were removed from the store.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer. The next call retries.
    pub(crate) async fn remove_expired_revocations(&self) -> Result<u64, StoreError> {
        let now = self.clock.now();
        let result = self.directory.revoked_tokens().remove_expired(now).await;
        self.writes.record(StoreWrite::Pruning, &result, now);
        result
    }

    /// The revocation to write for the token, and why the token is inactive, if it is. The inner error says why it is
    /// not a token of this region.
    async fn judge(
        &self,
        catalog: &CachedCatalog,
        verified: &VerifiedToken,
    ) -> Result<Result<(Revocation, Option<TokenFault>), TokenFault>, Unavailable> {
        let inactive = match self.checker.check_active(catalog, verified).await? {
            Err(fault) if is_foreign(&fault) => return Ok(Err(fault)),
            checked => checked.err(),
        };
        let revocation = revocation_of(verified, self.clock.now());
        Ok(Ok((revocation, inactive)))
    }

    /// Limited per caller and second, so that no caller takes all the places in the queue of the writer.
    async fn add_own_revocation(&self, revocation: Revocation, caller: &ClientId) -> Result<(), Refusal> {
        let now = self.clock.monotonic();
        self.limit.reserve(caller, now).map_err(|retry_after| Refusal::TooManyRevocations { retry_after })?;
        Ok(self.writer.write(revocation).await?)
    }
}
