//! Checks a token on behalf of a caller: whether this server issued it, and whether it is active now. Introspection and
//! revocation share these checks. This module must not know what the caller may do with the token.

use std::sync::Arc;

use jeton_protocol::ClientId;

use crate::clock::Clock;
use crate::memory::catalog::CachedCatalog;
use crate::memory::directory::Directory;
use crate::model::Timestamp;
use crate::refusal::{Refusal, Unavailable};
use crate::settings::Settings;
use crate::token::garbage_limit::{InvalidTokenLimit, VerificationWork};
use crate::token::verify::{RecognisedToken, TokenFault, VerifiedToken};

/// Checks tokens. Shared by the flows, so that they count the invalid tokens of a caller together.
#[derive(Debug)]
pub(crate) struct TokenChecker {
    pub(crate) settings: Arc<Settings>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) invalid_tokens: InvalidTokenLimit,
}

impl TokenChecker {
    /// Verifies a token that `caller` has not sent before, unless it has sent too many invalid tokens of the same kind.
    pub(crate) fn verify_unseen(
        &self,
        catalog: &CachedCatalog,
        caller: &ClientId,
        token: &str,
    ) -> Result<Result<VerifiedToken, TokenFault>, Refusal> {
        let recognised = RecognisedToken::of(&catalog.keys, token);
        let work = recognised.as_ref().map_or(VerificationWork::None, RecognisedToken::work);
        let now = self.clock.monotonic();
        if let Some(retry_after) = self.invalid_tokens.wait(caller, work, now) {
            return Err(Refusal::TooManyInvalidTokens { retry_after });
        }
        let verified = recognised.and_then(|token| token.verify(&self.settings));
        if verified.is_err() {
            self.invalid_tokens.record(caller, work, now);
        }
        Ok(verified)
    }

    /// Checked for every request, even if the verified token is cached: key, issuer, time, revocation, account, tenant,
    /// and the three epochs.
    pub(crate) async fn check_active(
        &self,
        catalog: &CachedCatalog,
        verified: &VerifiedToken,
    ) -> Result<Result<(), TokenFault>, Unavailable> {
        let claims = &verified.claims;
        let now = self.clock.now();
        if !catalog.keys.trusts(&verified.key_id) {
            return Ok(Err(TokenFault::UnknownKey));
        }
        if claims.iss != self.settings.issuer || claims.region != self.settings.region {
            return Ok(Err(TokenFault::OtherIssuer));
        }
        if claims.exp <= now.unix() {
            return Ok(Err(TokenFault::Expired(Timestamp::from_unix(claims.exp))));
        }
        if self.directory.revoked_tokens().contains(&verified.id) {
            return Ok(Err(TokenFault::Revoked));
        }
        let Some(account) = self.directory.account(&claims.client_id).await? else {
            return Ok(Err(TokenFault::UnknownAccount));
        };
        let current = account.epochs(catalog.region_epoch);
        Ok(match account.is_admitted(now) {
            false => Err(TokenFault::AccountNotAdmitted),
            true if claims.epoch.is_older_than(current) => Err(TokenFault::EpochRaised),
            true => Ok(()),
        })
    }
}
