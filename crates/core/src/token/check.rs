//! Checks a token on behalf of a caller: whether this server issued it, and whether it is active now. Introspection,
//! revocation and administration share these checks. This module must not know what the caller may do with the token.

use std::sync::Arc;

use jeton_protocol::ClientId;

use crate::clock::Clock;
use crate::keys::KeyRing;
use crate::memory::catalog::CachedCatalog;
use crate::memory::directory::Directory;
use crate::model::{Account, Timestamp};
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
        let now = self.clock.now();
        let current = Current { settings: &self.settings, keys: &catalog.keys, now };
        if let Err(fault) = current.check_token(verified) {
            return Ok(Err(fault));
        }
        if self.directory.revoked_tokens().contains(&verified.id) {
            return Ok(Err(TokenFault::Revoked));
        }
        let account = self.directory.account(&verified.claims.client_id).await?;
        Ok(current.check_account(verified, account.as_deref(), catalog.region_epoch))
    }
}

/// What a verified token is compared with, apart from revocations and accounts.
pub(crate) struct Current<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) keys: &'a KeyRing,
    pub(crate) now: Timestamp,
}

impl Current<'_> {
    /// Checks what depends on the token alone: key, issuer and time.
    pub(crate) fn check_token(&self, verified: &VerifiedToken) -> Result<(), TokenFault> {
        let claims = &verified.claims;
        if !self.keys.trusts(&verified.key_id) {
            return Err(TokenFault::UnknownKey);
        }
        if claims.iss != self.settings.issuer || claims.region != self.settings.region {
            return Err(TokenFault::OtherIssuer);
        }
        if claims.exp <= self.now.unix() {
            return Err(TokenFault::Expired(Timestamp::from_unix(claims.exp)));
        }
        Ok(())
    }

    /// Checks the account of the token, its tenant, and the three epochs.
    pub(crate) fn check_account(
        &self,
        verified: &VerifiedToken,
        account: Option<&Account>,
        region_epoch: i64,
    ) -> Result<(), TokenFault> {
        let account = account.ok_or(TokenFault::UnknownAccount)?;
        if !account.is_admitted(self.now) {
            return Err(TokenFault::AccountNotAdmitted);
        }
        if verified.claims.epoch.is_older_than(account.epochs(region_epoch)) {
            return Err(TokenFault::EpochRaised);
        }
        Ok(())
    }
}
