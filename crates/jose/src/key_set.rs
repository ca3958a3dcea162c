//! An issuer's key set as published at one moment (RFC 7517 §5).
//!
//! This module decides which key verifies a token. It must not know when or how the set was fetched.

use std::sync::Arc;

use crate::{JwkSet, VerifyingKey};

/// The usable keys of a [`JwkSet`].
#[derive(Debug)]
pub struct KeySet {
    keys: Vec<Arc<VerifyingKey>>,
    generation: u64,
}

impl KeySet {
    /// The keys of `published`, which replace `before`. Skips unusable keys.
    #[must_use]
    pub fn new(published: JwkSet, before: Option<&Self>) -> Self {
        let keys: Vec<_> = published.keys.into_iter().filter_map(VerifyingKey::new).map(Arc::new).collect();
        let generation = before.map_or(0, |before| {
            let is_kept = |old: &Arc<VerifyingKey>| keys.iter().any(|key| key.is_same(old));
            before.generation + u64::from(!before.keys.iter().all(is_kept))
        });
        Self { keys, generation }
    }

    /// Increases whenever a key is removed. A token that was verified under another generation must be verified again.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The key for a token header. Without a key id, the only key for the algorithm.
    #[must_use]
    pub fn find(&self, kid: Option<&str>, alg: &str) -> Option<&VerifyingKey> {
        let mut fitting =
            self.keys.iter().filter(|key| (kid.is_none() || key.kid() == kid) && key.is_for(alg));
        let found = fitting.next()?;
        (kid.is_some() || fitting.next().is_none()).then_some(found)
    }

    /// Whether a key has this id, for any algorithm.
    #[must_use]
    pub fn knows(&self, kid: &str) -> bool {
        self.keys.iter().any(|key| key.kid() == Some(kid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str =
        r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"a"}"#;
    const B: &str =
        r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"b"}"#;

    fn set(keys: &[&str], before: Option<&KeySet>) -> KeySet {
        let document = format!(r#"{{"keys":[{}]}}"#, keys.join(","));
        KeySet::new(serde_json::from_str(&document).unwrap(), before)
    }

    #[test]
    fn an_unusable_key_does_not_affect_the_others() {
        let keys = set(&["7", r#"{"kty":"new"}"#, A], None);
        assert!(keys.find(Some("a"), "EdDSA").is_some() && keys.knows("a"));
    }

    #[test]
    fn a_header_without_a_key_id_finds_the_only_key() {
        assert!(set(&[A], None).find(None, "EdDSA").is_some());
        assert!(set(&[A], None).find(None, "ES256").is_none());
        assert!(set(&[A, B], None).find(None, "EdDSA").is_none());
    }

    #[test]
    fn the_generation_increases_when_a_key_is_removed_but_not_when_one_is_added() {
        let one = set(&[A], None);
        let two = set(&[A, B], Some(&one));
        assert_eq!(two.generation(), one.generation());
        let other = set(&[B], Some(&two));
        assert!(other.generation() > two.generation());
    }
}
