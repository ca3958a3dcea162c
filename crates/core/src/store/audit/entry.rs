//! The audit entry of a change. It is written in the transaction of the change.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use jeton_protocol::{ClientId, RegionName, ResourceUri};
use serde_json::Value;
use thiserror::Error;

use super::action::Action;
use super::subject_kind::SubjectKind;
use crate::model::{Actor, Chain, KeyId, TenantName, Timestamp, TokenId};

/// One administrative change.
#[derive(Debug, Clone)]
pub struct AuditEntry {
    /// The time, by the clock of the writer.
    pub at: Timestamp,
    /// Who made the change.
    pub actor: Actor,
    /// What was done.
    pub action: Action,
    /// The tenant that the subject belongs to or is; `None` if it belongs to none.
    pub tenant: Option<TenantName>,
    /// What was changed.
    pub subject: Subject,
    /// The state before the change, without secrets and hashes; `None` for a creation.
    pub before: Option<Value>,
    /// The state after the change, without secrets and hashes; `None` for a deletion.
    pub after: Option<Value>,
}

/// The subject of a change. Its kind and id are stored as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// An account, its grants or credentials.
    Account(ClientId),
    /// A tenant.
    Tenant(TenantName),
    /// A resource.
    Resource(ResourceUri),
    /// A key of a region.
    Key(KeyId),
    /// A region.
    Region(RegionName),
    /// A single token.
    Token(TokenId),
    /// A chain of the audit log.
    Chain(Chain),
}

impl Subject {
    /// The kind, as it is stored.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        let kind = match self {
            Self::Account(_) => SubjectKind::Account,
            Self::Tenant(_) => SubjectKind::Tenant,
            Self::Resource(_) => SubjectKind::Resource,
            Self::Key(_) => SubjectKind::Key,
            Self::Region(_) => SubjectKind::Region,
            Self::Token(_) => SubjectKind::Token,
            Self::Chain(_) => SubjectKind::Chain,
        };
        kind.as_str()
    }

    /// The id, as it is stored.
    #[must_use]
    pub fn id(&self) -> Cow<'_, str> {
        match self {
            Self::Account(id) => id.as_str().into(),
            Self::Tenant(name) => name.as_str().into(),
            // All spellings have the same id, so that a search by any of them finds it.
            Self::Resource(uri) => uri.key().into(),
            Self::Key(id) => id.as_str().into(),
            Self::Region(name) => name.as_str().into(),
            Self::Token(id) => id.to_string().into(),
            Self::Chain(chain) => chain.to_string().into(),
        }
    }

    /// Parses stored values of [`kind`](Self::kind) and [`id`](Self::id); `None` if this version does not know them.
    #[must_use]
    pub fn from_stored(kind: &str, id: &str) -> Option<Self> {
        Self::parse(kind, id).ok()
    }

    /// As [`from_stored`](Self::from_stored), for values that a person wrote.
    ///
    /// # Errors
    /// [`InvalidSubject`] says what is wrong.
    pub fn parse(kind: &str, id: &str) -> Result<Self, InvalidSubject> {
        fn parsed<T: FromStr<Err: fmt::Display>>(id: &str) -> Result<T, InvalidSubject> {
            id.parse().map_err(|error: T::Err| InvalidSubject::Id(error.to_string()))
        }
        match SubjectKind::from_stored(kind).ok_or(InvalidSubject::Kind)? {
            SubjectKind::Account => parsed(id).map(Self::Account),
            SubjectKind::Tenant => parsed(id).map(Self::Tenant),
            SubjectKind::Resource => parsed(id).map(Self::Resource),
            SubjectKind::Key if id.is_empty() => Err(InvalidSubject::Id("the key id is empty".to_owned())),
            SubjectKind::Key => Ok(Self::Key(KeyId::from_stored(id.to_owned()))),
            SubjectKind::Region => parsed(id).map(Self::Region),
            SubjectKind::Token => parsed(id).map(Self::Token),
            SubjectKind::Chain => parsed(id).map(Self::Chain),
        }
    }
}

/// Why a text names no subject.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidSubject {
    /// There is no such kind.
    #[error("there is no such kind of subject")]
    Kind,
    /// The id is not one of its kind.
    #[error("{0}")]
    Id(String),
}
