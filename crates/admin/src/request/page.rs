//! Which part of a long list to return.

use crate::value::{CredentialId, Timestamp};

/// Which expiring secrets to list.
#[derive(Debug, Clone)]
pub struct ExpiringSecretPage {
    /// The time at which the states of secrets and accounts are evaluated.
    pub now: Timestamp,
    /// Only secrets that expire at this second or earlier.
    pub until: Timestamp,
    /// Only secrets after this one, ordered by expiry.
    pub after: Option<(Timestamp, CredentialId)>,
    /// The maximum number of secrets.
    pub limit: u32,
}
