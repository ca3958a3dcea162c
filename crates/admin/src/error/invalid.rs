//! A value of the request breaks a rule.

use std::time::Duration;

use jeton_protocol::{ClientId, ResourceUri, Scope};
use thiserror::Error;

use super::{ErrorSubject, SubjectKind};
use crate::value::{InvalidLabel, InvisibleCharacter};
use crate::view::TokenFault;

/// Which rule is broken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidRequest {
    /// The token lifetime is out of range.
    #[error("the token lifetime {}s is not allowed; use 1s to 24h", .0.as_secs())]
    TokenLifetime(Duration),
    /// A display text has an invisible character.
    #[error("{what} {text:?} is not valid: {found}")]
    Text {
        /// What the text is, such as "the label".
        what: String,
        /// The text.
        text: String,
        /// The character.
        found: InvisibleCharacter,
    },
    /// A display text is too long.
    #[error("{what} has more than {limit} characters")]
    LongText {
        /// What the text is, such as "the description".
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// The labels break a rule.
    #[error(transparent)]
    Label(#[from] InvalidLabel),
    /// The request grants nothing.
    #[error("no grant given")]
    NoEntitlement,
    /// Several resources have the scope, and the request names none.
    #[error("several resources have the scope {scope}: {}", list(resources))]
    AmbiguousScope {
        /// The scope.
        scope: Scope,
        /// The resources that have it.
        resources: Vec<ResourceUri>,
    },
    /// The account has the scope on several resources, and the request names none.
    #[error("{account} has {scope} on several resources")]
    AmbiguousGrant {
        /// The account.
        account: ClientId,
        /// The scope.
        scope: Scope,
    },
    /// A resource would have no scope.
    #[error("the resource {0} needs at least one scope")]
    NoScope(ResourceUri),
    /// The URI and the scopes of a resource are too long for a token.
    #[error(
        "the scopes of {resource} ({scopes} characters with the spaces between them) and its URI ({}) are too long for a \
         token, which has at most {limit} characters for them; shorten or remove scopes, or split them between two \
         resources",
        resource.as_str().len()
    )]
    ResourceTooLong {
        /// The resource.
        resource: ResourceUri,
        /// The length of its scopes.
        scopes: usize,
        /// The limit for both.
        limit: usize,
    },
    /// The client id and the tenant's name are too long for a token.
    #[error(
        "the client id {account} (twice, {ids} bytes) and the name of its tenant ({tenant}) are too long for a token, \
         which has at most {limit} bytes for them; a generated client id always fits"
    )]
    AccountTooLong {
        /// The client id.
        account: ClientId,
        /// The length of the id, counted twice.
        ids: usize,
        /// The length of the tenant's name.
        tenant: usize,
        /// The limit for both.
        limit: usize,
    },
    /// The text cannot be imported as a secret.
    #[error("{reason}")]
    UnusableSecret {
        /// What the text seems to be. It does not contain the text.
        reason: String,
        /// What helps, if another request does.
        remedy: Option<SecretRemedy>,
    },
    /// The text is not a master key.
    #[error("{0}")]
    MasterKey(String),
    /// Changes of this kind do not exist.
    #[error("no change is called {given:?} in the audit log; the actions are {}", known.join(", "))]
    UnknownAction {
        /// The name in the request.
        given: String,
        /// All names.
        known: Vec<&'static str>,
    },
    /// Nothing of this kind is changed.
    #[error("nothing is of the kind {given:?} in the audit log; the kinds are {}", known.join(", "))]
    UnknownSubjectKind {
        /// The name in the request.
        given: String,
        /// All names.
        known: Vec<&'static str>,
    },
    /// The id is not one of its kind.
    #[error("the subject {kind}:{id} is not valid: {reason}")]
    Subject {
        /// The kind of the subject.
        kind: String,
        /// The id.
        id: String,
        /// The rule that it breaks.
        reason: String,
    },
    /// The text is not a token of the region, so that it cannot be revoked.
    #[error("nothing was revoked: {0}")]
    NotAToken(TokenFault),
}

/// The request that can import a text that this one cannot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretRemedy {
    /// The same, with the confirmation that the text is the secret itself although it looks like a digest.
    ConfirmDigest,
    /// The import of an account by the hash of its secret.
    ImportAccountByHash,
}

impl InvalidRequest {
    pub(super) fn subject(&self) -> Option<ErrorSubject> {
        match self {
            Self::TokenLifetime(_)
            | Self::Text { .. }
            | Self::LongText { .. }
            | Self::Label(_)
            | Self::NoEntitlement
            | Self::UnusableSecret { .. }
            | Self::MasterKey(_)
            | Self::UnknownAction { .. }
            | Self::UnknownSubjectKind { .. }
            | Self::Subject { .. }
            | Self::NotAToken(_) => None,
            Self::AmbiguousScope { scope, .. } => ErrorSubject::new(SubjectKind::Scope, scope),
            Self::AmbiguousGrant { account, .. } | Self::AccountTooLong { account, .. } => {
                ErrorSubject::new(SubjectKind::Account, account)
            }
            Self::NoScope(uri) | Self::ResourceTooLong { resource: uri, .. } => {
                ErrorSubject::new(SubjectKind::Resource, uri)
            }
        }
    }
}

fn list(resources: &[ResourceUri]) -> String {
    resources.iter().map(ResourceUri::as_str).collect::<Vec<_>>().join(", ")
}
