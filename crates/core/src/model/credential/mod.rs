//! Credentials: how an account authenticates. Each is an envelope, the same for every kind, around a [`Proof`].

mod proof;
mod rights;
mod secret_proof;

pub use proof::Proof;
pub(crate) use rights::CredentialRights;
pub use secret_proof::{SecretKind, SecretLookup, SecretProof, last_four};

use std::time::Duration;

use super::{CredentialId, CredentialState, LastUse, Restriction, Timestamp};

/// A credential of an account as it is stored. Its id has the prefix of the proof's kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Its id.
    pub id: CredentialId,
    /// What a caller must present.
    pub proof: Proof,
    /// The display name, chosen by the administrator.
    pub label: Option<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// How long it was issued for; `None`: without expiry. A rotation that sets an earlier `expires_at` keeps this, so
    /// that a later rotation can issue the next secret for as long.
    pub lifetime: Option<Duration>,
    /// It expires at this second: it is refused from then on.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// Limits it further than its account.
    pub restriction: Restriction,
    /// When (to the minute) and from where it was last used. Writing an account never changes it.
    pub last_used: Option<LastUse>,
}

impl Credential {
    /// The state at `now`. Expiry is exact to the second: at `expires_at` the credential has expired.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> CredentialState {
        if self.revoked_at.is_some() {
            return CredentialState::Revoked;
        }
        match self.expires_at {
            Some(end) if end <= now => CredentialState::Expired,
            Some(_) | None => CredentialState::Active,
        }
    }

    /// Makes it valid for `lifetime` from its creation; `None`: without expiry.
    pub(crate) fn set_lifetime(&mut self, lifetime: Option<Duration>) {
        self.lifetime = lifetime;
        self.expires_at = lifetime.map(|lifetime| self.created_at.after(lifetime));
    }

    /// Whether it is accepted for authentication at `now`.
    #[must_use]
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.state(now) == CredentialState::Active
    }

    /// Its proof, if that is a secret.
    #[must_use]
    pub fn secret(&self) -> Option<&SecretProof> {
        self.proof.secret()
    }

    /// Whether its proof is an imported secret.
    #[must_use]
    pub fn is_imported_secret(&self) -> bool {
        self.secret().is_some_and(SecretProof::is_imported)
    }

    /// The display text: the id, the hint of the proof (of a secret the last four characters) and the label.
    #[must_use]
    pub fn title(&self) -> String {
        let hint = self.proof.hint();
        match &self.label {
            Some(label) => format!("{} ({hint}, {label:?})", self.id),
            None => format!("{} ({hint})", self.id),
        }
    }
}
