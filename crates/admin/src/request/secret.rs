//! Requests about the secrets of an account.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::seconds;
use crate::value::Restriction;

/// The settings of a new secret.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SecretTerms {
    /// The display name.
    pub label: Option<String>,
    /// When it expires, counted from now.
    #[serde(with = "seconds")]
    pub expires_in: Option<Duration>,
    /// Limits it further than its account.
    pub restriction: Restriction,
}

/// What to do if a secret to be revoked was used in the last ten minutes. Its clients stop working without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IfInUse {
    /// Keep it and return an error with its last use.
    Refuse,
    /// Revoke it.
    Revoke,
}
