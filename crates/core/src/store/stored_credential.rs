//! The stored form of a credential: plain values, one for each column. Only this module knows how a proof is written and
//! read, so that every adapter stores the same. It does not know any database.
//!
//! `kind` names the kind of proof and its form. What the other columns hold depends on it. A new kind of proof needs a
//! word, and an arm in [`encode`] and [`decode`]; it keeps its data as text in `hash`. Nodes of this version read the
//! columns of kinds that they do not know, and then ignore them: a later version must not change what type a column has.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::model::{
    Credential, CredentialId, Proof, Restriction, SecretKind, SecretLookup, SecretProof, Timestamp,
};
use crate::secret_hash::{HashScheme, SecretHash};

/// A credential as adapters store it. They pass the values on and do not interpret them.
///
/// The members are named like the columns, also in JSON. The last use is stored apart from the credential.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredCredential {
    /// Its id.
    pub id: String,
    /// The kind and form of the proof: one of [`KINDS`](Self::KINDS), or that of a later version.
    pub kind: String,
    /// By what the credential is found, as 32 hexadecimal digits for 16 bytes. For a generated secret its lookup digest.
    pub lookup: Option<String>,
    /// The display name.
    pub label: Option<String>,
    /// What a presented proof is checked against. For a secret its hash.
    pub hash: String,
    /// What distinguishes it in lists. For a secret its last four characters.
    pub last_four: String,
    /// When it was created, in Unix seconds.
    pub created_at: i64,
    /// How long it was issued for, in seconds; -1 if it was issued without expiry. `None` if an earlier
    /// version wrote it.
    pub lifetime: Option<i64>,
    /// When it expires, in Unix seconds.
    pub expires_at: Option<i64>,
    /// When it was revoked, in Unix seconds.
    pub revoked_at: Option<i64>,
    /// The scopes it is limited to, separated by spaces.
    pub scope: Option<String>,
    /// The networks it is limited to, as a JSON array.
    pub allow_cidr: String,
}

impl StoredCredential {
    /// The kinds that this version can read.
    pub const KINDS: [&str; 3] = [GENERATED, IMPORTED, FOREIGN];

    /// The credential, without its last use. `None` if its kind is that of a later version: readers ignore such
    /// credentials.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if a value is invalid.
    pub fn into_credential(self) -> Result<Option<Credential>, StoreError> {
        let Some(proof) = decode(&self.kind, self.lookup.as_deref(), self.hash, self.last_four)? else {
            return Ok(None);
        };
        let id: CredentialId = self.id.parse().map_err(corrupt)?;
        if id.kind() != proof.kind() {
            return Err(corrupt(format!(
                "the id {id} does not belong to a credential of the kind {}",
                self.kind
            )));
        }
        let scope = self.scope.as_deref().map(str::parse).transpose().map_err(corrupt)?;
        let allow_cidr = serde_json::from_str(&self.allow_cidr).map_err(corrupt)?;
        let created_at = Timestamp::from_unix(self.created_at);
        let expires_at = self.expires_at.map(Timestamp::from_unix);
        let lifetime = match self.lifetime {
            Some(WITHOUT_EXPIRY) => None,
            Some(seconds) => Some(Duration::from_secs(u64::try_from(seconds).map_err(corrupt)?)),
            None => expires_at.map(|end| created_at.until(end)),
        };
        Ok(Some(Credential {
            id,
            proof,
            label: self.label,
            created_at,
            lifetime,
            expires_at,
            revoked_at: self.revoked_at.map(Timestamp::from_unix),
            restriction: Restriction { scope, allow_cidr },
            last_used: None,
        }))
    }
}

impl From<&Credential> for StoredCredential {
    fn from(credential: &Credential) -> Self {
        let EncodedProof { kind, lookup, hash, last_four } = encode(&credential.proof);
        Self {
            id: credential.id.as_str().to_owned(),
            kind: kind.to_owned(),
            lookup,
            label: credential.label.clone(),
            hash,
            last_four,
            created_at: credential.created_at.unix(),
            lifetime: Some(
                credential
                    .lifetime
                    .map_or(WITHOUT_EXPIRY, |lifetime| i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX)),
            ),
            expires_at: credential.expires_at.map(Timestamp::unix),
            revoked_at: credential.revoked_at.map(Timestamp::unix),
            scope: credential.restriction.scope.as_ref().map(ToString::to_string),
            allow_cidr: serde_json::json!(credential.restriction.allow_cidr).to_string(),
        }
    }
}

impl fmt::Debug for StoredCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredCredential")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// The columns of a proof.
struct EncodedProof {
    kind: &'static str,
    lookup: Option<String>,
    hash: String,
    last_four: String,
}

fn encode(proof: &Proof) -> EncodedProof {
    match proof {
        Proof::Secret(secret) => {
            let (kind, lookup) = match (&secret.kind, secret.hash.scheme()) {
                (SecretKind::Generated(SecretLookup(bytes)), _) => {
                    (GENERATED, Some(format!("{:032x}", u128::from_be_bytes(*bytes))))
                }
                (SecretKind::Imported, HashScheme::Argon2id) => (IMPORTED, None),
                (SecretKind::Imported, HashScheme::Bcrypt | HashScheme::Pbkdf2Sha256) => (FOREIGN, None),
            };
            let (hash, last_four) = (secret.hash.as_stored().to_owned(), secret.last_four.clone());
            EncodedProof { kind, lookup, hash, last_four }
        }
    }
}

fn decode(
    kind: &str,
    lookup: Option<&str>,
    hash: String,
    last_four: String,
) -> Result<Option<Proof>, StoreError> {
    let kind = match kind {
        GENERATED => SecretKind::Generated(decode_lookup(lookup.unwrap_or_default())?),
        IMPORTED | FOREIGN => SecretKind::Imported,
        _ => return Ok(None),
    };
    let hash = SecretHash::from_stored(hash).map_err(corrupt)?;
    Ok(Some(Proof::Secret(SecretProof { kind, hash, last_four })))
}

fn decode_lookup(hexadecimal: &str) -> Result<SecretLookup, StoreError> {
    let number = u128::from_str_radix(hexadecimal, 16).map_err(corrupt)?;
    Ok(SecretLookup(number.to_be_bytes()))
}

fn corrupt(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StoreError {
    StoreError::Corrupt(error.into())
}

/// The stored lifetime of a credential that was issued without expiry.
const WITHOUT_EXPIRY: i64 = -1;

/// A generated secret.
const GENERATED: &str = "generated";
/// An imported secret.
const IMPORTED: &str = "imported";
/// An imported secret with a hash that versions before migration 8 cannot read.
const FOREIGN: &str = "foreign";

#[cfg(test)]
mod tests {
    use jeton_protocol::Scope;

    use super::*;
    use crate::model::ProofKind;
    use crate::secret_hash::HashCost;

    const BCRYPT: &str = "$2a$05$SHHx1hEV1O8xh6gP6H8bmeznWaY7LRPHSwHdlljimMNIk8wegoYY.";

    fn credential(kind: SecretKind, hash: SecretHash) -> Credential {
        Credential {
            id: CredentialId::generate(ProofKind::Secret, [1; 8]),
            proof: Proof::Secret(SecretProof { kind, hash, last_four: "wxyz".to_owned() }),
            label: Some("on the gateway".to_owned()),
            created_at: Timestamp::from_unix(1),
            lifetime: Some(Duration::from_secs(7)),
            expires_at: Some(Timestamp::from_unix(3)),
            revoked_at: Some(Timestamp::from_unix(2)),
            restriction: Restriction {
                scope: Some("read write".parse::<Scope>().unwrap()),
                allow_cidr: vec!["10.0.0.0/8".parse().unwrap()],
            },
            last_used: None,
        }
    }

    fn argon2id() -> SecretHash {
        SecretHash::make("a secret", HashCost::Light, [1; 16]).unwrap()
    }

    #[test]
    fn each_kind_is_read_as_it_was_written() {
        let mut lookup = [7; 16];
        lookup[0] = 0;
        let foreign = SecretHash::from_stored(BCRYPT.to_owned()).unwrap();
        for (credential, kind) in [
            (credential(SecretKind::Generated(SecretLookup(lookup)), argon2id()), "generated"),
            (credential(SecretKind::Imported, argon2id()), "imported"),
            (credential(SecretKind::Imported, foreign), "foreign"),
        ] {
            let stored = StoredCredential::from(&credential);
            assert_eq!(stored.kind, kind);
            assert!(StoredCredential::KINDS.contains(&stored.kind.as_str()));
            let json = serde_json::to_string(&stored).unwrap();
            let read: StoredCredential = serde_json::from_str(&json).unwrap();
            assert_eq!(read.into_credential().unwrap(), Some(credential));
        }
    }

    #[test]
    fn the_columns_have_the_values_that_earlier_versions_wrote() {
        let lookup = SecretLookup([0xab; 16]);
        let stored = StoredCredential::from(&credential(SecretKind::Generated(lookup), argon2id()));
        assert_eq!(stored.lookup.as_deref(), Some("ab".repeat(16).as_str()));
        assert_eq!(stored.hash, argon2id().as_stored());
        assert_eq!((stored.last_four.as_str(), stored.scope.as_deref()), ("wxyz", Some("read write")));
        assert_eq!(stored.allow_cidr, r#"["10.0.0.0/8"]"#);
        assert_eq!((stored.created_at, stored.revoked_at, stored.expires_at), (1, Some(2), Some(3)));
    }

    #[test]
    fn a_lifetime_is_read_as_it_was_written_and_otherwise_follows_from_the_expiry() {
        let written = credential(SecretKind::Imported, argon2id());
        let forever = Credential { lifetime: None, ..written.clone() };
        let stored = StoredCredential::from(&written);
        let read = |stored: StoredCredential| stored.into_credential().unwrap().unwrap().lifetime;
        assert_eq!(read(stored.clone()), Some(Duration::from_secs(7)));
        assert_eq!(read(StoredCredential::from(&forever)), None);
        let earlier = StoredCredential { lifetime: None, ..stored };
        assert_eq!(read(earlier.clone()), Some(Duration::from_secs(2)));
        assert_eq!(read(StoredCredential { expires_at: None, ..earlier.clone() }), None);
        let broken = StoredCredential { lifetime: Some(-2), ..earlier };
        assert!(matches!(broken.into_credential(), Err(StoreError::Corrupt(_))));
    }

    #[test]
    fn a_kind_of_a_later_version_is_ignored_and_an_invalid_value_is_an_error() {
        let valid = StoredCredential::from(&credential(SecretKind::Imported, argon2id()));
        let later = StoredCredential { kind: "passkey".to_owned(), hash: "{}".to_owned(), ..valid.clone() };
        assert_eq!(later.into_credential().unwrap(), None);
        for broken in [
            StoredCredential { id: "a".to_owned(), ..valid.clone() },
            StoredCredential { hash: "a".to_owned(), ..valid.clone() },
            StoredCredential { kind: "generated".to_owned(), ..valid.clone() },
            StoredCredential { scope: Some(" ".to_owned()), ..valid.clone() },
            StoredCredential { allow_cidr: "[1]".to_owned(), ..valid.clone() },
        ] {
            assert!(matches!(broken.into_credential(), Err(StoreError::Corrupt(_))));
        }
        assert!(!format!("{valid:?}").contains("argon2id"));
    }
}
