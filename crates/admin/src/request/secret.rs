//! Requests about the secrets of an account.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Change, seconds};
use crate::value::Restriction;

/// The settings of a new secret.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SecretTerms {
    /// The display name.
    pub label: Option<String>,
    /// When it expires, counted from now. [`Change::Keep`] means as long as the replaced secret was issued for when a
    /// secret is rotated, and no expiry otherwise.
    #[serde(with = "seconds::change", skip_serializing_if = "Change::is_keep")]
    pub expires_in: Change<Duration>,
    /// Limits it further than its account.
    pub restriction: Restriction,
}

/// A secret that replaces the active one.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretRotation {
    /// How long the old secret stays active.
    #[serde(with = "seconds::required")]
    pub grace: Duration,
    /// What to do without a grace period if the old secret is in use.
    pub if_in_use: IfInUse,
    /// The settings of the new secret.
    #[serde(default)]
    pub terms: SecretTerms,
}

impl SecretRotation {
    /// Expires the old secret after `grace`. The new one has the lifetime and the restriction of the old one. Without a
    /// grace period, a secret in use is kept and the rotation refused.
    #[must_use]
    pub fn after(grace: Duration) -> Self {
        Self { grace, if_in_use: IfInUse::Refuse, terms: SecretTerms::default() }
    }
}

/// What to do if a secret that would stop working was used in the last ten minutes. Its clients stop working without
/// it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IfInUse {
    /// Keep it and return an error with its last use.
    Refuse,
    /// Revoke or expire it.
    Revoke,
}
