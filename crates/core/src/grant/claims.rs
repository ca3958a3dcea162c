//! Creates the claims of an access token (RFC 9068 §2.2). It must not know how the claims are protected, nor who asks:
//! a request and its simulation get the same claims.

use std::time::Duration;

use jeton_protocol::BorrowedClaims;

use crate::grant::scope::GrantedScope;
use crate::model::{Account, Timestamp};
use crate::refusal::HiddenClientFault;
use crate::settings::Settings;

/// The input for the claims of a token.
pub(crate) struct ClaimSource<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) region_epoch: i64,
    pub(crate) account: &'a Account,
    /// The earlier expiry of account and credential. No token is valid for longer.
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) granted: &'a GrantedScope,
}

impl<'a> ClaimSource<'a> {
    /// The claims of a token with the id `jti`, issued at `issued_at`. It is valid from `iat` to `exp`, for at least
    /// one second.
    ///
    /// # Errors
    /// [`HiddenClientFault::ExpiredAccount`] when account or credential expired after it was authenticated.
    pub(crate) fn claims(
        &self,
        issued_at: Timestamp,
        jti: &'a str,
    ) -> Result<BorrowedClaims<'a>, HiddenClientFault> {
        let &Self { settings, account, granted, .. } = self;
        let lifetime = self.lifetime(issued_at);
        if lifetime.is_zero() {
            return Err(HiddenClientFault::ExpiredAccount { at: self.expires_at.unwrap_or(issued_at) });
        }
        Ok(BorrowedClaims {
            iss: &settings.issuer,
            aud: granted.resource().uri.as_str(),
            sub: &account.client_id,
            client_id: &account.client_id,
            iat: issued_at.unix(),
            exp: issued_at.after(lifetime).unix(),
            jti,
            scope: granted.scope(),
            tenant: account.tenant.name.as_str(),
            region: &settings.region,
            epoch: account.epochs(self.region_epoch),
        })
    }

    /// The account's token lifetime, else the resource's, else the default. Never past the expiry of account or
    /// credential.
    fn lifetime(&self, now: Timestamp) -> Duration {
        let own = self.account.token_ttl.or(self.granted.resource().token_ttl);
        let wanted = own.unwrap_or(self.settings.default_ttl);
        self.expires_at.map_or(wanted, |end| wanted.min(now.until(end)))
    }
}
