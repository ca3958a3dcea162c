//! The kinds of changes, by the names that the audit log stores.

use super::named::named_variants;

named_variants! {
    /// The kind of a change.
    pub enum Action {
        /// The subject was created.
        Create = "create",
        /// Some of its fields were changed.
        Update = "update",
        /// A tenant got another name. The subject is the old one.
        Rename = "rename",
        /// It was disabled.
        Disable = "disable",
        /// It was enabled.
        Enable = "enable",
        /// It was deleted.
        Delete = "delete",
        /// Grants were added to an account.
        Grant = "grant",
        /// Grants were removed from an account.
        Ungrant = "ungrant",
        /// A secret was added.
        AddSecret = "secret.add",
        /// A secret was added, and the old one expires after a grace period.
        RotateSecret = "secret.rotate",
        /// A secret was revoked.
        RevokeSecret = "secret.revoke",
        /// All active secrets except the newest one were revoked.
        FinishRotation = "secret.finish",
        /// The hash of an imported secret was replaced by an Argon2id hash. The secret is the same.
        RehashSecret = "secret.rehash",
        /// All secrets and tokens of an account were revoked at once.
        Panic = "panic",
        /// An account without an active secret got a new one.
        Recover = "recover",
        /// A key replaced the previous one.
        RotateKey = "key.rotate",
        /// A key and its tokens were revoked.
        RevokeKey = "key.revoke",
        /// A key that no valid token needs was removed.
        RemoveKey = "key.remove",
        /// The region's keys were encrypted under another master key.
        Rewrap = "key.rewrap",
        /// A single token was revoked.
        RevokeToken = "token.revoke",
        /// All tokens of the subject (an account, a tenant or a region) were revoked.
        RevokeTokens = "tokens.revoke",
        /// Clients revoked tokens of their own. The subject is the region.
        SummarizeRevocations = "tokens.revoke.summary",
        /// The store was replaced by a backup.
        Restore = "restore",
        /// A chain of the audit log was started. The record carries the head of the chain of earlier versions.
        StartChain = "chain.start",
    }
}
