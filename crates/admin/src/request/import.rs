//! Requests that bring in what another server issued.
//!
//! The texts are unchecked: whether one can be a secret is decided where the request is carried out.

use jeton_protocol::{ClientId, PresentedSecret};
use serde::{Deserialize, Serialize};

use super::{Entitlement, NewAccount};
use crate::value::Timestamp;

/// A text that an administrator presents as the secret of a client, or as its hash.
#[derive(Debug, Clone)]
pub struct SecretToImport {
    /// The text.
    pub text: PresentedSecret,
    /// What to do if it looks like a digest.
    pub if_digest: IfDigestShaped,
}

/// An account of another server.
#[derive(Debug, Clone)]
pub struct AccountToImport {
    /// Its client id on the other server, which it keeps.
    pub client_id: ClientId,
    /// Its other settings, as for a new account.
    pub account: NewAccount,
    /// When it expires, as a point in time. Takes precedence over the duration in `account`.
    pub expires_at: Option<Timestamp>,
    /// More entitlements, for grants on more than one resource.
    pub more_entitlements: Vec<Entitlement>,
    /// The secret that it keeps, or the hash of it.
    pub secret: SecretToImport,
}

/// What to do with an account of a batch whose client id exists already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IfExists {
    /// Refuse the batch.
    Refuse,
    /// Skip the account if the stored one has the same values and, as far as can be known, the same secret. Otherwise
    /// refuse the batch.
    SkipEqual,
}

/// How to handle a text that looks like an unsalted digest of a secret. Some secrets look like this too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IfDigestShaped {
    /// Refuse it.
    Refuse,
    /// Import it: the administrator has confirmed that it is the secret itself.
    TakeAsSecret,
}
