//! The ids of credentials. The prefix of an id tells the kind of the credential's proof.

use std::fmt;
use std::str::FromStr;

use jeton_protocol::base62;
use serde::{Serialize, Serializer};

use super::{InvalidName, ProofKind};

/// The id of a credential: the prefix of its kind, for secrets `sec_`, and 11 base62 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CredentialId {
    text: String,
    kind: ProofKind,
}

impl CredentialId {
    /// Creates the id of a credential of this kind from 64 random bits.
    #[must_use]
    pub fn generate(kind: ProofKind, entropy: [u8; 8]) -> Self {
        Self { text: format!("{}{}", kind.prefix(), base62::encode(&entropy)), kind }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The kind of the credential's proof.
    #[must_use]
    pub fn kind(&self) -> ProofKind {
        self.kind
    }
}

impl FromStr for CredentialId {
    type Err = InvalidName;

    fn from_str(value: &str) -> Result<Self, InvalidName> {
        let has_prefix_of = |kind: ProofKind| value.strip_prefix(kind.prefix()).is_some_and(is_tail);
        if let Some(kind) = ProofKind::ALL.into_iter().find(|kind| has_prefix_of(*kind)) {
            return Ok(Self { text: value.to_owned(), kind });
        }
        Err(InvalidName::new("the secret id", value, "it must begin with sec_"))
    }
}

fn is_tail(text: &str) -> bool {
    (1..=MAX_TAIL_CHARS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

const MAX_TAIL_CHARS: usize = 32;

impl fmt::Display for CredentialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

deserialize_from_text!(CredentialId);

/// As text.
impl Serialize for CredentialId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_parsed_by_the_prefix_of_its_kind() {
        for kind in ProofKind::ALL {
            let id = CredentialId::generate(kind, [7; 8]);
            assert!(id.as_str().starts_with(kind.prefix()));
            let parsed: CredentialId = id.as_str().parse().unwrap();
            assert_eq!((parsed.kind(), &parsed), (kind, &id));
        }
        let too_long = format!("sec_{}", "a".repeat(33));
        for text in ["", "sec_", "sec", "sec_a-b", "key_abc", "SEC_abc", "abc", &too_long] {
            assert!(text.parse::<CredentialId>().is_err(), "{text}");
        }
    }
}
