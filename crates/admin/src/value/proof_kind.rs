//! The kinds of proof that a credential can have.

/// The kind of a credential's proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProofKind {
    /// A secret that the client sends.
    Secret,
}

impl ProofKind {
    /// All kinds.
    pub const ALL: [Self; 1] = [Self::Secret];

    /// How the ids of credentials of this kind begin.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Secret => "sec_",
        }
    }
}
