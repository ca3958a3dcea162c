//! The audit entry of a change. It is written in the transaction of the change.

use std::borrow::Cow;

use jeton_protocol::{ClientId, RegionName, ResourceUri};
use serde_json::Value;

use crate::model::{KeyId, TenantName, Timestamp, TokenId};

/// One administrative change.
#[derive(Debug, Clone)]
pub struct AuditEntry {
    /// The time, by the clock of the writer.
    pub at: Timestamp,
    /// Who made the change: the operating-system user of a command, or `server` for automatic changes by a node.
    pub actor: String,
    /// What was done.
    pub action: Action,
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
}

impl Subject {
    /// The kind, as it is stored.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Account(_) => "account",
            Self::Tenant(_) => "tenant",
            Self::Resource(_) => "resource",
            Self::Key(_) => "key",
            Self::Region(_) => "region",
            Self::Token(_) => "token",
        }
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
        }
    }

    /// Parses stored values of [`kind`](Self::kind) and [`id`](Self::id); `None` if this version does not know them.
    #[must_use]
    pub fn from_stored(kind: &str, id: &str) -> Option<Self> {
        match kind {
            "account" => id.parse().ok().map(Self::Account),
            "tenant" => id.parse().ok().map(Self::Tenant),
            "resource" => id.parse().ok().map(Self::Resource),
            // Earlier versions stored signing keys under their own kind.
            "key" | "signing_key" => Some(Self::Key(KeyId::from_stored(id.to_owned()))),
            "region" => id.parse().ok().map(Self::Region),
            "token" => id.parse().ok().map(Self::Token),
            _ => None,
        }
    }
}

/// The kind of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The subject was created.
    Create,
    /// Some of its fields were changed.
    Update,
    /// It was disabled.
    Disable,
    /// It was enabled.
    Enable,
    /// It was deleted.
    Delete,
    /// Grants were added to an account.
    Grant,
    /// Grants were removed from an account.
    Ungrant,
    /// A secret was added.
    AddSecret,
    /// A secret was added, and the old one expires after a grace period.
    RotateSecret,
    /// A secret was revoked.
    RevokeSecret,
    /// All active secrets except the newest one were revoked.
    FinishRotation,
    /// The hash of an imported secret was replaced by an Argon2id hash. The secret is the same.
    RehashSecret,
    /// All secrets and tokens of an account were revoked at once.
    Panic,
    /// An account without an active secret got a new one.
    Recover,
    /// A key replaced the previous one.
    RotateKey,
    /// A key and its tokens were revoked.
    RevokeKey,
    /// A key that no valid token needs was removed.
    RemoveKey,
    /// The region's keys were encrypted under another master key.
    Rewrap,
    /// A single token was revoked.
    RevokeToken,
    /// All tokens of the subject (an account, a tenant or a region) were revoked.
    RevokeTokens,
    /// The store was replaced by a backup.
    Restore,
}

impl Action {
    /// The stored name of the action.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Delete => "delete",
            Self::Grant => "grant",
            Self::Ungrant => "ungrant",
            Self::AddSecret => "secret.add",
            Self::RotateSecret => "secret.rotate",
            Self::RevokeSecret => "secret.revoke",
            Self::FinishRotation => "secret.finish",
            Self::RehashSecret => "secret.rehash",
            Self::Panic => "panic",
            Self::Recover => "recover",
            Self::RotateKey => "key.rotate",
            Self::RevokeKey => "key.revoke",
            Self::RemoveKey => "key.remove",
            Self::Rewrap => "key.rewrap",
            Self::RevokeToken => "token.revoke",
            Self::RevokeTokens => "tokens.revoke",
            Self::Restore => "restore",
        }
    }
}
