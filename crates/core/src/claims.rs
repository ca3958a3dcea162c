//! Writes the claims of an access token (RFC 9068 §2.2). It must not know how they are protected, nor who asks: a request
//! and a simulation of one get the same.

use std::time::Duration;

use jeton_protocol::AccessTokenClaims;

use crate::model::{Account, Timestamp};
use crate::refusal::ClientFault;
use crate::scope_policy::GrantedScope;
use crate::settings::Settings;

/// What the claims of a token follow from.
pub(crate) struct ClaimSource<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) region_epoch: i64,
    pub(crate) account: &'a Account,
    /// When the first of account and credential ends: no token outlives that.
    pub(crate) ends_at: Option<Timestamp>,
    pub(crate) granted: &'a GrantedScope,
}

impl ClaimSource<'_> {
    /// The claims of a token with the id `jti`, minted at `issued_at`. It lives from `iat` to `exp`, at least a second.
    ///
    /// # Errors
    /// [`ClientFault::ExpiredAccount`] when account or credential ended in the moment since it was admitted.
    pub(crate) fn claims(&self, issued_at: Timestamp, jti: String) -> Result<AccessTokenClaims, ClientFault> {
        let Self { settings, account, granted, .. } = self;
        let lifetime = self.lifetime(issued_at);
        if lifetime.is_zero() {
            return Err(ClientFault::ExpiredAccount { at: self.ends_at.unwrap_or(issued_at) });
        }
        Ok(AccessTokenClaims {
            iss: settings.issuer.clone(),
            aud: granted.resource().uri.as_str().to_owned(),
            sub: account.client_id.clone(),
            client_id: account.client_id.clone(),
            iat: issued_at.unix(),
            exp: issued_at.after(lifetime).unix(),
            jti,
            scope: granted.scope().clone(),
            tenant: account.tenant.name.as_str().to_owned(),
            region: settings.region.clone(),
            epoch: account.epochs(self.region_epoch),
        })
    }

    /// The account's lifetime, else the resource's, else the default; never past the end of account or credential.
    fn lifetime(&self, now: Timestamp) -> Duration {
        let own = self.account.token_ttl.or(self.granted.resource().token_ttl);
        let wanted = own.unwrap_or(self.settings.default_ttl);
        self.ends_at.map_or(wanted, |end| wanted.min(now.until(end)))
    }
}
