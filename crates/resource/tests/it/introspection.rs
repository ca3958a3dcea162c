//! Validation by introspection.

use std::time::Duration;

use jeton_resource::{ClientCredentials, Outage, Rejection, TokenFault, Validator, ValidatorBuilder};
use serde_json::{Value, json};

use crate::support::{Scene, TestIssuer, merged};

fn builder(scene: &Scene) -> ValidatorBuilder {
    scene.builder().introspection(ClientCredentials::new("the api", "s:cret"))
}

fn active(scene: &Scene) -> Value {
    merged(scene.claims(), json!({ "active": true, "token_type": "Bearer" }))
}

/// A validator of an issuer with this introspection response for every token.
async fn validator_with_response(changes: Value) -> (Scene, Validator) {
    let scene = Scene::new().await;
    scene.issuer.answer("/introspect", &merged(active(&scene), changes));
    let validator = builder(&scene).build().unwrap();
    (scene, validator)
}

#[tokio::test]
async fn an_active_token_is_accepted_even_if_it_is_opaque() {
    let (scene, validator) = validator_with_response(json!({ "tenant": "default" })).await;
    let token = validator.validate("jtnat_7n42DGM5Tflk9n8mt7Fhc7").await.unwrap();
    assert_eq!((token.client_id(), token.scope()), ("client", "read:me write:me"));
    assert!(token.allows("write:me"));
    assert_eq!(token.claims()["tenant"], "default");
    let asked = &scene.issuer.asked("/introspect")[0];
    assert_eq!(asked.body, "token=jtnat_7n42DGM5Tflk9n8mt7Fhc7&token_type_hint=access_token");
    // "the%20api:s%3Acret": form-encoded before it is Basic.
    assert_eq!(asked.headers["authorization"], "Basic dGhlJTIwYXBpOnMlM0FjcmV0");
    assert_eq!(scene.issuer.count("/jwks"), 0);
}

#[tokio::test]
async fn an_inactive_token_is_rejected_and_cached_for_at_most_a_second() {
    let (scene, validator) = validator_with_response(json!({ "active": false })).await;
    for _ in 0..2 {
        assert_eq!(validator.validate("t").await.unwrap_err(), Rejection::Invalid(TokenFault::Inactive));
    }
    assert_eq!(scene.issuer.count("/introspect"), 1);
    scene.clock.pass(1);
    scene.issuer.answer("/introspect", &active(&scene));
    assert!(validator.validate("t").await.is_ok());
}

#[tokio::test]
async fn the_members_of_the_response_are_validated() {
    for (changes, fault) in [
        (json!({ "aud": "https://other.example.com" }), TokenFault::OtherAudience),
        (json!({ "aud": null }), TokenFault::OtherAudience),
        (json!({ "iss": "https://other.example.com" }), TokenFault::OtherIssuer),
        (json!({ "exp": 1 }), TokenFault::Expired),
        (json!({ "cnf": { "jkt": "thumbprint" } }), TokenFault::Bound),
        (json!({ "token_type": "DPoP" }), TokenFault::Bound),
        (json!({ "client_id": null }), TokenFault::MissingClaim),
    ] {
        let (_scene, validator) = validator_with_response(changes.clone()).await;
        assert_eq!(validator.validate("t").await.unwrap_err(), Rejection::Invalid(fault), "{changes}");
    }
    let (_scene, validator) =
        validator_with_response(json!({ "iss": null, "sub": null, "exp": null, "iat": null, "jti": null }))
            .await;
    assert_eq!(validator.validate("t").await.unwrap().subject(), "client");
}

#[tokio::test]
async fn a_response_is_cached_for_ten_seconds_by_default() {
    let (scene, validator) = validator_with_response(json!({})).await;
    for (pass, asked) in [(0, 1), (9, 1), (1, 2), (9, 2)] {
        scene.clock.pass(pass);
        assert!(validator.validate("t").await.is_ok());
        assert_eq!(scene.issuer.count("/introspect"), asked);
    }
    let uncached = builder(&scene).introspection_max_age(Duration::ZERO).build().unwrap();
    for _ in 0..3 {
        assert!(uncached.validate("t").await.is_ok());
    }
    assert_eq!(scene.issuer.count("/introspect"), 5);
}

#[tokio::test]
async fn a_cached_response_expires_with_the_token() {
    let (scene, validator) = validator_with_response(json!({})).await;
    scene.issuer.answer("/introspect", &merged(active(&scene), json!({ "exp": scene.clock.unix() + 3 })));
    assert!(validator.validate("t").await.is_ok());
    scene.clock.pass(3);
    assert_eq!(validator.validate("t").await.unwrap_err(), Rejection::Invalid(TokenFault::Expired));
}

#[tokio::test]
async fn concurrent_validations_of_a_token_share_one_request() {
    let (scene, validator) = validator_with_response(json!({})).await;
    let tasks: Vec<_> = (0..100)
        .map(|number| {
            let validator = validator.clone();
            tokio::spawn(async move {
                validator.validate(if number % 2 == 0 { "even" } else { "odd" }).await.is_ok()
            })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap());
    }
    assert_eq!(scene.issuer.count("/introspect"), 2);
}

#[tokio::test]
async fn no_token_is_accepted_while_the_issuer_is_unavailable() {
    let (scene, validator) = validator_with_response(json!({})).await;
    assert!(validator.validate("seen").await.is_ok());
    scene.issuer.fail();
    assert!(validator.validate("seen").await.is_ok(), "the cached response is not too old yet");
    scene.clock.pass(10);
    for token in ["seen", "new"] {
        let verdict = validator.validate(token).await.unwrap_err();
        assert!(matches!(verdict, Rejection::Unavailable(Outage::Status { status: 503, .. })), "{verdict:?}");
    }
    let down = Scene { issuer: TestIssuer::down(), ..Scene::new().await };
    let verdict = builder(&down).build().unwrap().validate("t").await;
    assert!(matches!(verdict, Err(Rejection::Unavailable(Outage::NoAnswer { .. }))), "{verdict:?}");
}

#[tokio::test]
async fn an_unusable_response_is_not_a_verdict() {
    let scene = Scene::new().await;
    for (status, body) in [
        (200, "{}"),
        (200, r#"{"active":"true"}"#),
        (200, "[true]"),
        (200, "true"),
        (200, r#"{"active":true,"aud":7}"#),
        (200, ""),
        (401, r#"{"error":"invalid_client"}"#),
        (302, ""),
        (201, r#"{"active":true}"#),
    ] {
        scene.issuer.answer_with("/introspect", status, &[], body);
        let verdict = builder(&scene).build().unwrap().validate("t").await;
        assert!(matches!(verdict, Err(Rejection::Unavailable(_))), "{body}: {verdict:?}");
    }
}

#[tokio::test]
async fn a_malformed_token_is_not_sent_to_the_issuer() {
    let (scene, validator) = validator_with_response(json!({})).await;
    for token in ["", "=", "a b", "a\"", "ä", "a&active=true", &"a".repeat(16_385)] {
        assert!(matches!(validator.validate(token).await, Err(Rejection::Invalid(_))), "{token}");
    }
    assert_eq!(scene.issuer.count("/introspect"), 0);
}
