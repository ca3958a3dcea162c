//! Forged and invalid tokens, which must be rejected.

use std::time::{Duration, Instant};

use aws_lc_rs::hmac;
use jeton_resource::{Rejection, TokenFault};
use serde_json::{Value, json};

use crate::support::{API, Scene, TestKey, encode, merged};

async fn fault(scene: &Scene, token: &str) -> TokenFault {
    match scene.validator().validate(token).await {
        Err(Rejection::Invalid(fault)) => fault,
        other => panic!("{other:?} for {token}"),
    }
}

fn token_with_header(scene: &Scene, changes: Value) -> String {
    scene.key.sign_with(&merged(scene.key.header(), changes), &scene.claims())
}

#[tokio::test]
async fn valid_tokens_of_each_key_type_are_accepted() {
    let scene = Scene::new().await;
    let keys = [TestKey::new("ec"), TestKey::ed25519("ed"), TestKey::rsa("rsa")];
    scene.issuer.publish(&keys.iter().collect::<Vec<_>>());
    let validator = scene.validator();
    for key in &keys {
        let token = validator.validate(&key.sign(&scene.claims())).await.unwrap();
        assert_eq!((token.client_id(), token.subject(), token.id()), ("client", "client", Some("token")));
        assert_eq!(token.claims()["aud"], API);
        assert!(token.allows("read:me") && !token.allows("read"));
        assert_eq!(token.expires_at(), Some(scene.clock.unix() + 3600));
    }
}

#[tokio::test]
async fn the_type_must_be_that_of_an_access_token() {
    let scene = Scene::new().await;
    for typ in ["at+jwt", "application/at+jwt", "AT+JWT"] {
        let token = token_with_header(&scene, json!({ "typ": typ }));
        assert!(scene.validator().validate(&token).await.is_ok(), "{typ}");
    }
    for typ in [json!("JWT"), json!("dpop+jwt"), json!("secevent+jwt"), json!(""), Value::Null] {
        let token = token_with_header(&scene, json!({ "typ": typ }));
        assert_eq!(fault(&scene, &token).await, TokenFault::WrongType, "{typ}");
    }
}

#[tokio::test]
async fn a_token_of_another_issuer_or_audience_is_rejected() {
    let scene = Scene::new().await;
    for iss in ["https://app.example.com", &format!("{}/", scene.issuer.url), ""] {
        let token = scene.token_with(json!({ "iss": iss }));
        assert_eq!(fault(&scene, &token).await, TokenFault::OtherIssuer, "{iss}");
    }
    for aud in [json!("https://other.example.com"), json!(format!("{API}/")), json!([]), Value::Null] {
        let token = scene.token_with(json!({ "aud": aud }));
        assert_eq!(fault(&scene, &token).await, TokenFault::OtherAudience, "{aud}");
    }
    let several = scene.token_with(json!({ "aud": ["https://other.example.com", API] }));
    assert!(scene.validator().validate(&several).await.is_ok());
}

#[tokio::test]
async fn an_expired_or_not_yet_valid_token_is_rejected() {
    let scene = Scene::new().await;
    let now = scene.clock.unix();
    assert_eq!(fault(&scene, &scene.token_with(json!({ "exp": now }))).await, TokenFault::Expired);
    for claim in ["nbf", "iat"] {
        let token = scene.token_with(json!({ claim: now + 61 }));
        assert_eq!(fault(&scene, &token).await, TokenFault::NotYetValid, "{claim}");
    }
}

#[tokio::test]
async fn a_token_with_a_missing_or_mistyped_claim_is_rejected() {
    let scene = Scene::new().await;
    for claim in ["exp", "sub", "client_id"] {
        let token = scene.token_with(json!({ claim: null }));
        assert_eq!(fault(&scene, &token).await, TokenFault::MissingClaim, "{claim}");
    }
    let array = scene.key.sign(&json!([scene.issuer.url, API, "client", "client", 1_900_000_000]));
    assert_eq!(fault(&scene, &array).await, TokenFault::Malformed);
    for changes in [json!({ "exp": "tomorrow" }), json!({ "aud": 7 }), json!({ "scope": ["read:me"] })] {
        assert_eq!(fault(&scene, &scene.token_with(changes)).await, TokenFault::Malformed);
    }
}

#[tokio::test]
async fn a_token_that_is_bound_to_a_key_is_rejected() {
    let scene = Scene::new().await;
    let token = scene.token_with(json!({ "cnf": { "jkt": "thumbprint" } }));
    assert_eq!(fault(&scene, &token).await, TokenFault::Bound);
}

#[tokio::test]
async fn no_algorithm_and_hmac_with_the_public_key_are_rejected() {
    let scene = Scene::new().await;
    for alg in ["none", "None", "NONE", "HS256", "ES384", "RS256", ""] {
        let token = token_with_header(&scene, json!({ "alg": alg }));
        assert_eq!(fault(&scene, &token).await, TokenFault::UnknownKey, "{alg}");
    }
    let header = merged(scene.key.header(), json!({ "alg": "none" }));
    let unsigned = format!("{}.{}.", encode(header.to_string()), encode(scene.claims().to_string()));
    assert_eq!(fault(&scene, &unsigned).await, TokenFault::Malformed);

    let header = merged(scene.key.header(), json!({ "alg": "HS256" }));
    let input = format!("{}.{}", encode(header.to_string()), encode(scene.claims().to_string()));
    let jwk = scene.key.jwk().to_string().into_bytes();
    for secret in [scene.key.public_der(), jwk] {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), input.as_bytes());
        assert_eq!(fault(&scene, &format!("{input}.{}", encode(tag))).await, TokenFault::UnknownKey);
    }
}

#[tokio::test]
async fn a_header_with_a_key_or_a_critical_extension_is_rejected_without_a_fetch() {
    let scene = Scene::new().await;
    let url = format!("{}/theirs", scene.issuer.url);
    for member in ["crit", "jwk", "jku", "x5u", "x5c"] {
        for value in [json!([url]), json!(url), json!({ "kty": "EC" })] {
            let token = token_with_header(&scene, json!({ member: value }));
            assert_eq!(fault(&scene, &token).await, TokenFault::HeaderMember, "{member}");
        }
    }
    assert_eq!(scene.issuer.count("/theirs"), 0);
}

#[tokio::test]
async fn a_forged_signature_and_a_foreign_key_are_rejected() {
    let scene = Scene::new().await;
    let impostor = TestKey::new("first");
    assert_eq!(fault(&scene, &impostor.sign(&scene.claims())).await, TokenFault::BadSignature);
    let unknown = TestKey::new("unknown");
    assert_eq!(fault(&scene, &unknown.sign(&scene.claims())).await, TokenFault::UnknownKey);

    let token = scene.token();
    let (input, signature) = token.rsplit_once('.').unwrap();
    let admin = encode(scene.claims_with(json!({ "scope": "admin" })).to_string());
    let header = input.split_once('.').unwrap().0;
    assert_eq!(fault(&scene, &format!("{header}.{admin}.{signature}")).await, TokenFault::BadSignature);
}

/// Changing any character of a cached token makes it invalid.
#[tokio::test]
async fn no_mutation_of_a_valid_token_is_accepted() {
    let scene = Scene::new().await;
    let validator = scene.validator();
    let token = scene.token();
    assert!(validator.validate(&token).await.is_ok());
    for at in 0..token.len() {
        for changed in [b'A', b'_', b'.'] {
            let mut bytes = token.clone().into_bytes();
            if bytes[at] == changed {
                continue;
            }
            bytes[at] = changed;
            let mutated = String::from_utf8(bytes).unwrap();
            assert!(validator.validate(&mutated).await.is_err(), "{at}: {mutated}");
        }
        assert!(validator.validate(&token[..at]).await.is_err(), "cut at {at}");
    }
    assert!(validator.validate(&format!("{token}A")).await.is_err());
    assert!(validator.validate(&format!("{token}=")).await.is_err());
}

#[tokio::test]
async fn a_giant_token_is_rejected_before_any_work() {
    let scene = Scene::new().await;
    let validator = scene.validator();
    let giants = ["a".repeat(16_385), format!("{}.a.a", "e".repeat(1 << 20)), ".".repeat(10 << 20)];
    let began = Instant::now();
    for giant in &giants {
        assert_eq!(validator.validate(giant).await.unwrap_err(), Rejection::Invalid(TokenFault::TooLong));
    }
    assert!(began.elapsed() < Duration::from_millis(150), "{:?}", began.elapsed());
    // The maximum length.
    for token in ["a".repeat(16_384), ".".repeat(16_384), format!("{}.a.a", "W1tb".repeat(4_095))] {
        assert_eq!(fault(&scene, &token).await, TokenFault::Malformed);
    }
    assert_eq!(scene.issuer.count("/jwks"), 0);
}
