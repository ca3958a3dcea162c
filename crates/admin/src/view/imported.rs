//! What an import created.

use serde::Serialize;

use super::AccountView;

/// An account that was imported.
#[derive(Debug, Clone, Serialize)]
pub struct ImportedAccountView {
    /// The account.
    pub account: AccountView,
    /// How the text was interpreted.
    pub secret: ImportedForm,
    /// Whether an account with this id was deleted before. Its tokens stay revoked.
    pub was_deleted: bool,
}

/// How many accounts of a batch were imported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ImportedBatch {
    /// Accounts that were created.
    pub imported: usize,
    /// Accounts that existed already, with the same values.
    pub already_there: usize,
}

/// How the text of an import was interpreted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "form", rename_all = "snake_case")]
pub enum ImportedForm {
    /// As the hash of the secret.
    Hash {
        /// The hash algorithm.
        scheme: &'static str,
    },
    /// As the secret itself.
    Secret {
        /// Its length in characters.
        length: usize,
        /// Whether it is so short that it could be guessed.
        short: bool,
    },
}

/// How a secret compares with those of the account that has its client id already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportMatch {
    /// The account was imported with this secret, as far as can be known: the hash of a secret that was used since is no
    /// longer stored in its first form.
    Imported,
    /// The account has other secrets.
    OtherSecret,
}
