//! What is written down of each change, in its own transaction.

use std::borrow::Cow;

use jeton_protocol::{ClientId, RegionName, ResourceUri};
use serde_json::Value;

use crate::model::{KeyId, TenantName, Timestamp, TokenId};

/// One administrative change.
#[derive(Debug, Clone)]
pub struct AuditEntry {
    /// When, by the writer's clock.
    pub at: Timestamp,
    /// Who: for a command, the operating-system user; `server` for what a node does by itself.
    pub actor: String,
    /// What was done.
    pub action: Action,
    /// To what.
    pub subject: Subject,
    /// What it was before, without secrets and hashes; nothing for an addition.
    pub before: Option<Value>,
    /// What it is now, without secrets and hashes; nothing for a deletion.
    pub after: Option<Value>,
}

/// What was changed; its kind and id are stored as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// An account, its grants or credentials.
    Account(ClientId),
    /// A tenant.
    Tenant(TenantName),
    /// A resource.
    Resource(ResourceUri),
    /// A key that signs or seals.
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
            // One id for all spellings: it is looked for by any of them.
            Self::Resource(uri) => uri.key().into(),
            Self::Key(id) => id.as_str().into(),
            Self::Region(name) => name.as_str().into(),
            Self::Token(id) => id.to_string().into(),
        }
    }

    /// Reads what [`kind`](Self::kind) and [`id`](Self::id) wrote; nothing for what this version does not know.
    #[must_use]
    pub fn from_stored(kind: &str, id: &str) -> Option<Self> {
        match kind {
            "account" => id.parse().ok().map(Self::Account),
            "tenant" => id.parse().ok().map(Self::Tenant),
            "resource" => id.parse().ok().map(Self::Resource),
            // Before there were others, keys that sign had a kind of their own.
            "key" | "signing_key" => Some(Self::Key(KeyId::from_stored(id.to_owned()))),
            "region" => id.parse().ok().map(Self::Region),
            "token" => id.parse().ok().map(Self::Token),
            _ => None,
        }
    }
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Something new.
    Create,
    /// Some of its fields.
    Update,
    /// It no longer works.
    Disable,
    /// It works again.
    Enable,
    /// It is gone.
    Delete,
    /// An account may do more.
    Grant,
    /// An account may do less.
    Ungrant,
    /// A secret was added.
    AddSecret,
    /// A secret was added and the old one lives on for a grace.
    RotateSecret,
    /// A secret was taken back.
    RevokeSecret,
    /// The secrets before the newest one were taken back.
    FinishRotation,
    /// A secret's hash from another server was replaced by one of ours; the secret is the same.
    RehashSecret,
    /// All secrets and tokens of an account were taken back at once.
    Panic,
    /// An account without a live secret got a new one.
    Recover,
    /// A key took over from the one before.
    RotateKey,
    /// A key was taken back with its tokens.
    RevokeKey,
    /// A key that no live token needs was removed.
    RemoveKey,
    /// The region's keys were encrypted under another master key.
    Rewrap,
    /// A single token was taken back.
    RevokeToken,
    /// All tokens that there are were taken back.
    RevokeTokens,
    /// The store was replaced with a backup.
    Restore,
}

impl Action {
    /// The word that is stored.
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
