//! What a leaked string is.

use serde::Serialize;

use super::{AccountView, SecretView};

/// What a leaked string is. No variant contains the string itself.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Leak {
    /// It has no form that Jeton generates. It may be an imported secret, which cannot be looked up.
    Foreign,
    /// It has the form of an access token, of this server or another one.
    AccessToken,
    /// It has the form of a master key.
    MasterKey {
        /// Whether this region's keys are encrypted with it.
        in_use: bool,
    },
    /// It starts like a generated secret, but its length, alphabet or checksum is wrong. No such secret exists.
    Broken,
    /// A secret that is not in this region. It belongs to another region or store, or its account was deleted.
    Unknown,
    /// A secret of an account of this region, active or not.
    Known(Box<LeakedSecret>),
}

/// A secret that leaked, and its account.
#[derive(Debug, Clone, Serialize)]
pub struct LeakedSecret {
    /// The account.
    pub account: AccountView,
    /// The secret, without its value.
    pub secret: SecretView,
}
