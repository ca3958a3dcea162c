//! Why a row cannot be imported, and what to change in it.
//!
//! None of the texts names a command or an option: how to go on depends on where the administrator is.

use jeton_admin::error::AdminError;
use jeton_core::UnusableSecret;
use jeton_protocol::{ClientIdError, ResourceUri, ResourceUriError, ScopeError, ScopeName};
use thiserror::Error;

/// Why a row cannot be imported. Each text is one line and never shows a secret.
#[derive(Debug, Error)]
pub enum BadRow {
    /// The text is not JSON; some lines are skipped.
    #[error("it is not valid JSON; {}", skipped(*first, *last))]
    NotJson {
        /// The first skipped line.
        first: usize,
        /// The last skipped line.
        last: usize,
    },
    /// The input ends within the row.
    #[error("it is cut off: the input ends within it")]
    CutOff,
    /// The input ends within an array.
    #[error("the array that begins in line {line} has no end: the input is cut off")]
    OpenArray {
        /// The line of its beginning.
        line: usize,
    },
    /// The row is an array of values.
    #[error("it is a JSON array of values without the names of its columns; a row must be an object")]
    Positional,
    /// The row is another JSON value.
    #[error("it is not a JSON object with the columns of hydra_client")]
    NotAnObject,
    /// The object has a member twice.
    #[error("it has the same column twice")]
    RepeatedColumn,
    /// A text has an escape that is no character, or a number has too many digits.
    #[error("it has a text that is not Unicode, or a number that is out of range")]
    UnreadableValue,
    /// The value of a column is of another kind.
    #[error("its {column} is not {expected}")]
    Column {
        /// The name of the column.
        column: &'static str,
        /// What it must be.
        expected: &'static str,
    },
    /// The row has no id.
    #[error("it has no id")]
    NoId,
    /// The id is not a client id.
    #[error("its id is not a valid client id: {0}")]
    Id(#[source] ClientIdError),
    /// The client has no secret to keep.
    #[error("it authenticates with {0}; only clients with a secret can be imported")]
    AuthenticationMethod(String),
    /// The secret is empty.
    #[error("it has no secret")]
    NoSecret,
    /// The secret is not a hash, and neither the row nor the caller says that it is the secret itself.
    #[error("its client_secret is not a hash; if it is the secret itself, add \"clear\": true to its row")]
    NotAHash,
    /// The secret has the shape of an unsalted digest.
    #[error("{0}. If it is the secret itself, add \"clear\": true to its row")]
    DigestShape(#[source] UnusableSecret),
    /// The secret or its hash cannot be used.
    #[error(transparent)]
    Secret(UnusableSecret),
    /// The row has no scope.
    #[error("it has no scope, and an account needs one; add a scope to its row")]
    NoScope,
    /// The scope is not valid.
    #[error("its scope is not valid: {0}")]
    Scope(#[source] ScopeError),
    /// An audience is not a resource.
    #[error("its audience {text:?} is not a valid resource: {error}")]
    Audience {
        /// The audience of the row.
        text: String,
        /// The rule that it breaks.
        #[source]
        error: ResourceUriError,
    },
    /// The token lifetime, in nanoseconds, is negative.
    #[error("its token lifetime {0} is negative")]
    NegativeTokenLifetime(i64),
    /// The token lifetime is out of range.
    #[error("{0}; change client_credentials_grant_access_token_lifespan in its row")]
    TokenLifetime(#[source] AdminError),
    /// An earlier row has the same id.
    #[error("duplicate id; line {earlier} has the same id")]
    DuplicateId {
        /// The line of the earlier row.
        earlier: usize,
    },
    /// An account with this id exists and was not imported from this row.
    #[error("an account with this id exists already, with another secret")]
    OtherSecret,
    /// The secret is no longer valid.
    #[error("its secret has expired")]
    SecretExpired,
    /// The id cannot be the id of an account.
    #[error(transparent)]
    Refused(AdminError),
    /// No name is left for the account.
    #[error("its client_name and its id are both taken as account names")]
    NamesTaken,
    /// Neither the row nor the defaults have a resource.
    #[error("it has no audience")]
    NoAudience,
    /// A resource does not exist and is not to be created.
    #[error("there is no resource {0}")]
    MissingResource(ResourceUri),
    /// None of the resources has the scopes, and these are not to be created.
    #[error("{} has no scope {}", resources.iter().map(ResourceUri::as_str).collect::<Vec<_>>().join(" or "),
        scopes.iter().map(ScopeName::as_str).collect::<Vec<_>>().join(", "))]
    MissingScopes {
        /// The resources of the row.
        resources: Vec<ResourceUri>,
        /// The missing scopes.
        scopes: Vec<ScopeName>,
    },
    /// Hydra matches the scope as a pattern; Jeton has no patterns.
    #[error("its scope {0} is a pattern; replace it in the row with the scopes that it matches")]
    ScopePattern(ScopeName),
    /// No scope is left after those of OpenID Connect are skipped.
    #[error("it has only scopes that have no meaning without a user; add another scope to its row")]
    OnlyUserScopes,
}

fn skipped(first: usize, last: usize) -> String {
    if first == last {
        return "the rest of the line is not read".to_owned();
    }
    format!("lines {first} to {last} are not read")
}
