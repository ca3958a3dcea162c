//! Encodes the claims of an opaque token as bytes, which are then sealed.
//!
//! It decides the layout, in which each set of claims has exactly one encoding. Issuer and region are not part of it:
//! the seal is bound to them. It must not know keys.

use jeton_protocol::{AccessTokenClaims, BorrowedClaims, Epochs, RegionName, Scope, base62};

/// Encodes the claims: version, `iat`, lifetime in seconds, the three epochs, the decoded `jti`, then `aud`,
/// `client_id`, `tenant` and `scope`, each preceded by its length. Numbers are big-endian.
///
/// `None` for claims that this server never issues.
pub(crate) fn encode<'a>(claims: impl Into<BorrowedClaims<'a>>) -> Option<Vec<u8>> {
    let claims = claims.into();
    let jti = base62::decode_id(claims.jti)?;
    if claims.sub != claims.client_id {
        return None;
    }
    let lifetime = u32::try_from(claims.exp.checked_sub(claims.iat)?).ok()?;
    let scope = claims.scope.to_string();
    let texts = [claims.aud, claims.client_id.as_str(), claims.tenant, scope.as_str()];
    let mut payload =
        Vec::with_capacity(FIXED_BYTES + texts.iter().map(|text| text.len() + 2).sum::<usize>());
    payload.push(VERSION);
    payload.extend_from_slice(&claims.iat.to_be_bytes());
    payload.extend_from_slice(&lifetime.to_be_bytes());
    for epoch in <[i64; 3]>::from(claims.epoch) {
        payload.extend_from_slice(&epoch.to_be_bytes());
    }
    payload.extend_from_slice(&jti);
    for text in texts {
        payload.extend_from_slice(&u16::try_from(text.len()).ok()?.to_be_bytes());
        payload.extend_from_slice(text.as_bytes());
    }
    Some(payload)
}

/// Decodes the output of [`encode`]. Rejects everything else: another version, missing or extra bytes, another order of
/// the scopes.
pub(crate) fn decode(payload: &[u8], issuer: &str, region: &RegionName) -> Option<AccessTokenClaims> {
    let mut reader = Reader(payload);
    if reader.bytes()? != [VERSION] {
        return None;
    }
    let iat = i64::from_be_bytes(reader.bytes()?);
    let exp = iat.checked_add(u32::from_be_bytes(reader.bytes()?).into())?;
    let epochs = [reader.bytes()?, reader.bytes()?, reader.bytes()?].map(i64::from_be_bytes);
    let jti = base62::encode(&reader.bytes::<16>()?);
    let aud = reader.text()?.to_owned();
    let client_id: jeton_protocol::ClientId = reader.text()?.parse().ok()?;
    let tenant = reader.text()?.to_owned();
    let written = reader.text()?;
    let scope: Scope = written.parse().ok()?;
    if !reader.0.is_empty() || scope.to_string() != written {
        return None;
    }
    let (iss, region, epoch) = (issuer.to_owned(), region.clone(), Epochs::from(epochs));
    Some(AccessTokenClaims {
        iss,
        aud,
        sub: client_id.clone(),
        client_id,
        iat,
        exp,
        jti,
        scope,
        tenant,
        region,
        epoch,
    })
}

/// The bytes that are not read yet.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*bytes)
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = u16::from_be_bytes(self.bytes()?);
        let (text, rest) = self.0.split_at_checked(length.into())?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }
}

/// Another layout must get another number. A token with an unknown version is rejected.
const VERSION: u8 = 1;
const FIXED_BYTES: usize = 1 + 8 + 4 + 3 * 8 + 16;

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    const ISSUER: &str = "https://app.example.com";

    fn us() -> RegionName {
        "us".parse().unwrap()
    }

    fn claims() -> impl Strategy<Value = AccessTokenClaims> {
        let texts = ("[a-z:/.]{0,40}", "[!-9;-~]{1,255}", "\\PC{1,40}", "[a-z]{1,9}( [a-z:]{1,9}){0,5}");
        (texts, any::<i64>(), any::<u32>(), any::<[i64; 3]>(), any::<[u8; 16]>()).prop_filter_map(
            "the expiry does not fit into i64",
            |((aud, client_id, tenant, scope), iat, lifetime, epochs, jti)| {
                let client_id: jeton_protocol::ClientId = client_id.parse().unwrap();
                Some(AccessTokenClaims {
                    iss: ISSUER.to_owned(),
                    aud,
                    sub: client_id.clone(),
                    client_id,
                    iat,
                    exp: iat.checked_add(lifetime.into())?,
                    jti: base62::encode(&jti),
                    scope: scope.parse().unwrap(),
                    tenant,
                    region: us(),
                    epoch: epochs.into(),
                })
            },
        )
    }

    proptest! {
        #[test]
        fn encoded_claims_are_decoded(claims in claims()) {
            let payload = encode(&claims).unwrap();
            prop_assert_eq!(decode(&payload, ISSUER, &us()), Some(claims));
        }

        #[test]
        fn truncated_or_extended_payloads_are_rejected(claims in claims(), more in vec(any::<u8>(), 1..4)) {
            let payload = encode(&claims).unwrap();
            for length in 0..payload.len() {
                prop_assert_eq!(decode(&payload[..length], ISSUER, &us()), None);
            }
            prop_assert_eq!(decode(&[payload, more].concat(), ISSUER, &us()), None);
        }

        #[test]
        fn claims_have_one_encoding(claims in claims(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let mut payload = encode(&claims).unwrap();
            let at = at.index(payload.len());
            payload[at] = byte;
            if let Some(read) = decode(&payload, ISSUER, &us()) {
                prop_assert_eq!(encode(&read), Some(payload));
            }
        }

        #[test]
        fn any_bytes_are_decoded_or_rejected(mut bytes in vec(any::<u8>(), 0..200)) {
            let _ = decode(&bytes, ISSUER, &us());
            if let Some(first) = bytes.first_mut() {
                *first = VERSION;
                let _ = decode(&bytes, ISSUER, &us());
            }
        }

        #[test]
        fn another_version_is_rejected(claims in claims(), version in 2_u8..) {
            let mut payload = encode(&claims).unwrap();
            payload[0] = version;
            prop_assert_eq!(decode(&payload, ISSUER, &us()), None);
        }

        #[test]
        fn claims_that_this_server_never_issues_are_not_encoded(claims in claims()) {
            let other = AccessTokenClaims { sub: "other".parse().unwrap(), ..claims.clone() };
            prop_assert!(other.sub == other.client_id || encode(&other).is_none());
            for jti in ["", "0", "0000000000000000000000 ", "zzzzzzzzzzzzzzzzzzzzzz"] {
                prop_assert_eq!(encode(&AccessTokenClaims { jti: jti.to_owned(), ..claims.clone() }), None);
            }
            let ended = AccessTokenClaims { iat: 2, exp: 1, ..claims.clone() };
            prop_assert_eq!(encode(&ended), None);
            let long = AccessTokenClaims { aud: "a".repeat(65_536), ..claims };
            prop_assert_eq!(encode(&long), None);
        }
    }
}
