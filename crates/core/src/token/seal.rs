//! Seals claims into an opaque token, and opens it again (decision 0009).
//!
//! It decides what a seal is bound to. It does not check whether the token is active.

use jeton_protocol::{AccessTokenClaims, BorrowedClaims, RegionName, SealedToken};

use crate::clock::Randomness;
use crate::keys::SealingKey;
use crate::token::sealed_claims;

/// The opaque token for these claims. `None` for claims that this server never issues.
pub(crate) fn seal<'a>(
    key: &SealingKey,
    claims: impl Into<BorrowedClaims<'a>>,
    randomness: &dyn Randomness,
) -> Option<String> {
    let claims = claims.into();
    let payload = sealed_claims::encode(claims)?;
    let sealed = key.seal(&payload, &context(claims.iss, claims.region), randomness).ok()?;
    Some(SealedToken { key_id: key.id().to_bytes()?, sealed }.write())
}

/// The claims of a token that `key` sealed for this issuer and region.
pub(crate) fn open(
    key: &SealingKey,
    token: &SealedToken,
    issuer: &str,
    region: &RegionName,
) -> Option<AccessTokenClaims> {
    let payload = key.open(&token.sealed, &context(issuer, region)).ok()?;
    sealed_claims::decode(&payload, issuer, region)
}

/// The associated data. It ensures that data which the same key sealed for another purpose, issuer or region is never
/// accepted as an access token.
fn context(issuer: &str, region: &RegionName) -> Vec<u8> {
    [PURPOSE, region.as_str(), issuer].join("\0").into_bytes()
}

const PURPOSE: &str = "jeton access token v1";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::clock::FixedBytes;
    use crate::model::KeyId;

    const ISSUER: &str = "https://app.example.com";

    fn us() -> RegionName {
        "us".parse().unwrap()
    }

    fn key(byte: u8) -> SealingKey {
        SealingKey::from_bytes(KeyId::from_bytes([byte; 8]), &[byte; 32]).unwrap()
    }

    fn token() -> (AccessTokenClaims, String) {
        let claims = AccessTokenClaims {
            iss: ISSUER.to_owned(),
            aud: "https://api.example.com".to_owned(),
            sub: "sa".parse().unwrap(),
            client_id: "sa".parse().unwrap(),
            iat: 1_795_420_800,
            exp: 1_795_424_400,
            jti: "0123456789ABCDEFGHIJKL".to_owned(),
            scope: "read write".parse().unwrap(),
            tenant: "default".to_owned(),
            region: us(),
            epoch: [1, 2, 3].into(),
        };
        let token = seal(&key(1), &claims, &FixedBytes).unwrap();
        (claims, token)
    }

    fn opened(text: &str) -> Option<AccessTokenClaims> {
        open(&key(1), &SealedToken::parse(text).ok()?, ISSUER, &us())
    }

    #[test]
    fn a_token_opens_only_with_its_key_for_its_issuer_and_region() {
        let (claims, text) = token();
        let token = SealedToken::parse(&text).unwrap();
        assert_eq!(token.key_id, [1; 8]);
        assert_eq!(open(&key(1), &token, ISSUER, &us()), Some(claims));
        assert_eq!(open(&key(2), &token, ISSUER, &us()), None);
        assert_eq!(open(&key(1), &token, "https://app.eu.example.com", &us()), None);
        assert_eq!(open(&key(1), &token, ISSUER, &"eu".parse().unwrap()), None);
    }

    #[test]
    fn data_sealed_for_another_purpose_is_not_a_token() {
        let (claims, _) = token();
        let payload = sealed_claims::encode(&claims).unwrap();
        for context in [b"".as_slice(), b"us", b"jeton access token v2\0us\0https://app.example.com"] {
            let sealed = key(1).seal(&payload, context, &FixedBytes).unwrap();
            assert_eq!(open(&key(1), &SealedToken { key_id: [1; 8], sealed }, ISSUER, &us()), None);
        }
    }

    #[test]
    fn sealed_data_that_is_not_claims_is_not_a_token() {
        let sealed = key(1).seal(b"no claims", &context(ISSUER, &us()), &FixedBytes).unwrap();
        assert_eq!(open(&key(1), &SealedToken { key_id: [1; 8], sealed }, ISSUER, &us()), None);
    }

    #[test]
    fn only_the_key_id_is_unencrypted() {
        let (claims, text) = token();
        let sealed = SealedToken::parse(&text).unwrap().sealed;
        for secret in [claims.aud.as_str(), "default", "read"] {
            assert!(!sealed.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
        }
    }

    #[test]
    fn every_flipped_bit_and_every_truncation_is_refused() {
        let (_, text) = token();
        for at in 0..text.len() {
            for bit in 0..7 {
                let mut changed = text.clone().into_bytes();
                changed[at] ^= 1 << bit;
                // The key id only selects the key. This test has no other key.
                let changed = String::from_utf8(changed).unwrap();
                let key_id = SealedToken::parse(&changed).map(|token| token.key_id);
                assert!(key_id != Ok([1; 8]) || opened(&changed).is_none(), "{changed}");
            }
            assert_eq!(opened(&text[..at]), None);
            assert_eq!(opened(&text[at + 1..]), None);
        }
    }

    proptest! {
        #[test]
        fn a_token_with_inserted_or_removed_characters_is_refused(
            at in any::<prop::sample::Index>(), removed in 0_usize..6, put_in in "[A-Za-z0-9_=+/ .-]{0,6}",
        ) {
            let (_, text) = token();
            let at = "jtnat_".len() + 11 + at.index(text.len() - "jtnat_".len() - 11);
            let end = (at + removed).min(text.len());
            let mutated = format!("{}{put_in}{}", &text[..at], &text[end..]);
            prop_assert_eq!(opened(&mutated).is_some(), mutated == text);
        }
    }
}
