//! What a revocation by an administrator did.

use serde::Serialize;

use super::AccountView;
use crate::value::{CredentialId, Timestamp};

/// All tokens of an account, a tenant or a region were revoked.
#[derive(Debug, Clone, Serialize)]
pub struct RevokedTokens<S> {
    /// The account, tenant or region as it is now.
    pub subject: S,
    /// When the last of the tokens expires. Until then, APIs that check tokens by themselves accept them.
    pub last_expiry: Timestamp,
}

/// What [`panic`](crate::administration::AccountAdministration::panic) revoked, and when the tokens have expired for
/// every verifier.
#[derive(Debug, Clone, Serialize)]
pub struct PanicReport {
    /// The account as it is now.
    pub account: AccountView,
    /// The secrets that were revoked: those that were active.
    pub revoked: Vec<CredentialId>,
    /// By this time every token that was issued under the current lifetimes and grants has expired. Until then, APIs
    /// that check only signature and expiry accept it.
    pub expired_at: Timestamp,
    /// By this time every token has expired, whatever lifetimes and grants were before.
    pub expired_at_the_latest: Timestamp,
}
