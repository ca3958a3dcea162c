//! A secret that was just issued: the only result that holds one.

use std::collections::BTreeMap;

use jeton_protocol::{ClientSecret, ResourceUri, Scope};
use serde::Serialize;

use super::{AccountView, SecretView};

/// A secret that was just issued, and its account. Its JSON has no secret: only [`ClientSecret::expose`] shows it.
#[derive(Debug, Serialize)]
pub struct IssuedSecret {
    /// The account, with the new secret among its secrets.
    pub account: AccountView,
    /// The new secret without its value.
    pub secret: SecretView,
    /// The value, to be shown once.
    #[serde(skip)]
    pub value: Option<ClientSecret>,
    /// The scopes that can be requested with it: the account's grants within the limits of the secret.
    pub grants: BTreeMap<ResourceUri, Scope>,
}
