//! The proof inside a credential: what a caller must present to be accepted.
//!
//! A new kind of proof is a variant here, its own file beside [`SecretProof`]'s, and an arm in each `match` that then no
//! longer compiles.

use super::SecretProof;
use crate::model::ProofKind;

/// What a caller must present, one variant for each kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// A secret that the client sends.
    Secret(SecretProof),
}

impl Proof {
    /// The kind of the proof.
    #[must_use]
    pub fn kind(&self) -> ProofKind {
        match self {
            Self::Secret(_) => ProofKind::Secret,
        }
    }

    /// A short text that tells the credentials of an account apart. It reveals nothing that helps to authenticate.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Secret(secret) => format!("…{}", secret.last_four),
        }
    }

    /// The proof, if it is a secret.
    #[must_use]
    pub fn secret(&self) -> Option<&SecretProof> {
        match self {
            Self::Secret(secret) => Some(secret),
        }
    }

    /// The proof to be changed, if it is a secret.
    #[must_use]
    pub fn secret_mut(&mut self) -> Option<&mut SecretProof> {
        match self {
            Self::Secret(secret) => Some(secret),
        }
    }
}
