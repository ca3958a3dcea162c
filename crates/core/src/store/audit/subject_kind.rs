//! The kinds of things that change, by the names that the audit log stores.

use super::named::named_variants;

named_variants! {
    /// The kind of the subject of a change.
    pub enum SubjectKind {
        /// An account, its grants or credentials.
        Account = "account",
        /// A tenant.
        Tenant = "tenant",
        /// A resource.
        Resource = "resource",
        /// A key of a region.
        Key = "key",
        /// A region.
        Region = "region",
        /// A single token.
        Token = "token",
        /// A chain of the audit log.
        Chain = "chain",
    }
}

impl SubjectKind {
    /// The kind of a stored name. Earlier versions stored signing keys under a name of their own.
    pub(super) fn from_stored(name: &str) -> Option<Self> {
        Self::from_name(name).or_else(|| (name == "signing_key").then_some(Self::Key))
    }
}
