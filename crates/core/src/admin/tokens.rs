//! Inspects and revokes single tokens of the region, on the store itself.
//!
//! The checks are those of a node, but keys, revocations and accounts are read from the store each time. Nothing is cached
//! and no key is created.

use std::sync::Arc;

use jeton_admin::error::InvalidRequest;
use jeton_admin::view::{InspectedToken, RevokedToken};
use jeton_protocol::ActiveToken;

use super::{AdminError, Administrator};
use crate::keys::KeyRing;
use crate::model::TokenId;
use crate::settings::Settings;
use crate::store::{Conflict, Position, RevocationNumber, StoreError};
use crate::token::check::Current;
use crate::token::revocation::{audit_of, is_foreign, may_be_active_elsewhere, revocation_of};
use crate::token::verify::{TokenFault, VerifiedToken, verify_token};

impl Administrator {
    /// The contents of `token`, active or not, and whether a node with `settings` calls it active.
    ///
    /// # Errors
    /// [`AdminError::Unavailable`], or an error for the keys of the region.
    pub async fn inspect_token(
        &self,
        settings: &Settings,
        token: &str,
    ) -> Result<InspectedToken, AdminError> {
        let (verified, checked) = match self.check(settings, token).await? {
            Ok(found) => found,
            Err(fault) => return Ok(InspectedToken { claims: None, validity: Err(fault) }),
        };
        let validity = checked.map(|()| ActiveToken::from(&*verified.claims));
        Ok(InspectedToken { claims: Some(Arc::unwrap_or_clone(verified.claims)), validity })
    }

    /// Revokes a token of any account. It is revoked only when the write is durable.
    ///
    /// # Errors
    /// [`InvalidRequest::NotAToken`] if it is not a token of this region; [`AdminError::Unavailable`], also if it is
    /// unknown whether the revocation was written.
    pub async fn revoke_token(&self, settings: &Settings, token: &str) -> Result<RevokedToken, AdminError> {
        let (verified, checked) = self.check(settings, token).await?.map_err(InvalidRequest::NotAToken)?;
        let inactive = checked.err();
        if let Some(fault) = inactive.as_ref().filter(|fault| is_foreign(fault)) {
            return Err(InvalidRequest::NotAToken(fault.clone()).into());
        }
        let now = self.now();
        let revocation = revocation_of(&verified, now);
        let already_inactive = inactive.filter(|fault| !may_be_active_elsewhere(Some(fault), now));
        if already_inactive.is_none() {
            let tenant = verified.claims.tenant.parse().ok();
            let audit = audit_of(&revocation, tenant, self.actor.clone());
            match self.store.add_revocation(&revocation, &audit).await {
                // A node was faster.
                Ok(()) | Err(StoreError::Conflict(Conflict::Exists)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let (token_id, expires_at) = (revocation.token, revocation.expires_at);
        Ok(RevokedToken { token_id, client_id: revocation.client_id, expires_at, already_inactive })
    }

    /// Verifies `token` and checks whether it is active. The outer fault: no key of this region made it.
    async fn check(
        &self,
        settings: &Settings,
        token: &str,
    ) -> Result<Result<Checked, TokenFault>, AdminError> {
        let catalog = self.store.find_catalog().await?.value;
        let sealer = self.master_key.private_key_sealer();
        let (keys, unreadable) = KeyRing::open(&catalog.keys, &self.region, &sealer, &KeyRing::default());
        if let Some((_, error)) = unreadable.into_iter().next() {
            return Err(error.into());
        }
        let verified = match verify_token(&keys, settings, token) {
            Ok(verified) => verified,
            Err(fault) => return Ok(Err(fault)),
        };
        let current = Current { settings, keys: &keys, now: self.now() };
        let mut checked = current.check_token(&verified);
        if checked.is_ok() && self.is_revoked(verified.id).await? {
            checked = Err(TokenFault::Revoked);
        }
        if checked.is_ok() {
            let account = self.store.find_account(&verified.claims.client_id, Position::START).await?.value;
            checked = current.check_account(&verified, account.as_ref(), catalog.region_epoch);
        }
        Ok(Ok((verified, checked)))
    }

    /// Reads the list of revocations until the token is found.
    async fn is_revoked(&self, token: TokenId) -> Result<bool, StoreError> {
        let mut read = RevocationNumber::default();
        loop {
            let page = self.store.list_revocations(read, REVOCATIONS_PER_PAGE).await?;
            if page.tokens.is_empty() {
                return Ok(false);
            }
            if page.tokens.iter().any(|revoked| revoked.token == token) {
                return Ok(true);
            }
            read = page.last;
        }
    }
}

/// A token of this region, and whether it is active.
type Checked = (VerifiedToken, Result<(), TokenFault>);

const REVOCATIONS_PER_PAGE: u32 = 10_000;
