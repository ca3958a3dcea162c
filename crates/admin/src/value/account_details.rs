//! What people note about an account. It has no effect on tokens.

use serde::{Deserialize, Serialize};

use super::Labels;

/// Notes about an account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccountDetails {
    /// What it is for: one line of at most 300 characters.
    pub description: Option<String>,
    /// The person or team that is responsible for it: at most 100 characters.
    pub owner: Option<String>,
    /// Pairs by which it is found.
    pub labels: Labels,
}
