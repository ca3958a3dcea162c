//! What an error is about: the kind of thing and its id.

use std::fmt;

use serde::Serialize;

/// The thing that an error is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrorSubject {
    /// The kind of thing.
    pub kind: SubjectKind,
    /// Its id or name, as the administrator gave it or as it is stored.
    pub id: String,
}

impl ErrorSubject {
    /// The `kind` of thing with this id.
    #[expect(clippy::unnecessary_wraps, reason = "the arms of its callers are options")]
    pub(super) fn new(kind: SubjectKind, id: &impl fmt::Display) -> Option<Self> {
        Some(Self { kind, id: id.to_string() })
    }
}

/// A kind of thing that administrators manage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// A service account.
    Account,
    /// A tenant.
    Tenant,
    /// A resource.
    Resource,
    /// A scope.
    Scope,
    /// A secret of an account.
    Secret,
    /// A key of the region.
    Key,
}
