//! Why a line of accounts cannot be imported, and what to change in it.

use jeton_admin::value::InvalidName;
use jeton_core::UnusableSecret;
use thiserror::Error;

/// Why a line has no account that can be imported. Each text is one line and never shows a secret.
#[derive(Debug, Error)]
pub enum BadLine {
    /// The line is not a JSON object.
    #[error("it is not a JSON object")]
    NotAnObject,
    /// It is not valid JSON, or a member is unknown, missing or not valid.
    #[error("{reason} (column {column})")]
    Json {
        /// What is wrong.
        reason: String,
        /// Where, counted from 1.
        column: usize,
    },
    /// The text of a secret or hash is another JSON value.
    #[error("its {0} is not a text")]
    NotAText(&'static str),
    /// It has two members that exclude each other.
    #[error("it has both {0} and {1}; keep one of them")]
    Both(&'static str, &'static str),
    /// It has no secret.
    #[error("it has no secret; add the member secret_hash, or the member secret with the secret itself")]
    NoSecret,
    /// The text of `secret_hash` is no hash.
    #[error(
        "its secret_hash is not a hash that can be imported; if it is the secret itself, rename the member to secret"
    )]
    NotAHash,
    /// The text of `secret` is a hash.
    #[error("its secret is a hash; rename the member to secret_hash")]
    HashAsSecret,
    /// The secret has the shape of an unsalted digest.
    #[error("{0}. If it is the secret itself, add \"clear\": true to the line")]
    DigestShape(#[source] UnusableSecret),
    /// The secret or its hash cannot be used.
    #[error(transparent)]
    Secret(UnusableSecret),
    /// It has no name, and the id cannot be one.
    #[error("its id is too long to be the account name too; add the member name")]
    IdIsNoName,
    /// The default tenant has no valid name.
    #[error(transparent)]
    Name(#[from] InvalidName),
    /// It has neither grants nor introspection rights.
    #[error("it has neither scopes nor grants nor introspects, and an account needs one of them")]
    NoEntitlement,
    /// A grant has no scopes.
    #[error("it has a grant without scopes")]
    EmptyGrant,
    /// Two grants are for the same resource.
    #[error("it has two grants for the same resource; put their scopes into one")]
    RepeatedResource,
    /// `resource` has no meaning without `scopes`.
    #[error("it has the member resource without the member scopes")]
    ResourceWithoutScopes,
    /// A duration is zero, or longer than 100 years.
    #[error("its {0} is not between 1 second and 100 years")]
    Duration(&'static str),
}

impl From<serde_json::Error> for BadLine {
    fn from(error: serde_json::Error) -> Self {
        let text = error.to_string();
        // The number of the line is always 1 there, which would contradict the number of the line in its file.
        let reason = text.rsplit_once(" at line ").map_or(text.as_str(), |(reason, _)| reason);
        Self::Json { reason: reason.to_owned(), column: error.column() }
    }
}
