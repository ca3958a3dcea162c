//! Asking the issuer about tokens.

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

/// A validator of an issuer that says this of every token.
async fn told(changes: Value) -> (Scene, Validator) {
    let scene = Scene::new().await;
    scene.issuer.answer("/introspect", &merged(active(&scene), changes));
    let validator = builder(&scene).build().unwrap();
    (scene, validator)
}

#[tokio::test]
async fn an_active_token_passes_also_an_opaque_one() {
    let (scene, validator) = told(json!({ "tenant": "default" })).await;
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
async fn a_token_that_is_not_active_is_refused_and_that_is_forgotten_at_once() {
    let (scene, validator) = told(json!({ "active": false })).await;
    for _ in 0..2 {
        assert_eq!(validator.validate("t").await.unwrap_err(), Rejection::Invalid(TokenFault::Inactive));
    }
    assert_eq!(scene.issuer.count("/introspect"), 1);
    scene.clock.pass(1);
    scene.issuer.answer("/introspect", &active(&scene));
    assert!(validator.validate("t").await.is_ok());
}

#[tokio::test]
async fn what_the_issuer_says_is_compared_with_this_resource() {
    for (changes, fault) in [
        (json!({ "aud": "https://other.example.com" }), TokenFault::OtherAudience),
        (json!({ "aud": null }), TokenFault::OtherAudience),
        (json!({ "iss": "https://other.example.com" }), TokenFault::OtherIssuer),
        (json!({ "exp": 1 }), TokenFault::Expired),
        (json!({ "cnf": { "jkt": "thumbprint" } }), TokenFault::Bound),
        (json!({ "token_type": "DPoP" }), TokenFault::Bound),
        (json!({ "client_id": null }), TokenFault::MissingClaim),
    ] {
        let (_scene, validator) = told(changes.clone()).await;
        assert_eq!(validator.validate("t").await.unwrap_err(), Rejection::Invalid(fault), "{changes}");
    }
    let (_scene, validator) =
        told(json!({ "iss": null, "sub": null, "exp": null, "iat": null, "jti": null })).await;
    assert_eq!(validator.validate("t").await.unwrap().subject(), "client");
}

#[tokio::test]
async fn an_answer_is_remembered_for_ten_seconds_unless_told_otherwise() {
    let (scene, validator) = told(json!({})).await;
    for (pass, asked) in [(0, 1), (9, 1), (1, 2), (9, 2)] {
        scene.clock.pass(pass);
        assert!(validator.validate("t").await.is_ok());
        assert_eq!(scene.issuer.count("/introspect"), asked);
    }
    let never = builder(&scene).introspection_max_age(Duration::ZERO).build().unwrap();
    for _ in 0..3 {
        assert!(never.validate("t").await.is_ok());
    }
    assert_eq!(scene.issuer.count("/introspect"), 5);
}

#[tokio::test]
async fn a_remembered_answer_ends_with_the_token() {
    let (scene, validator) = told(json!({})).await;
    scene.issuer.answer("/introspect", &merged(active(&scene), json!({ "exp": scene.clock.unix() + 3 })));
    assert!(validator.validate("t").await.is_ok());
    scene.clock.pass(3);
    assert_eq!(validator.validate("t").await.unwrap_err(), Rejection::Invalid(TokenFault::Expired));
}

#[tokio::test]
async fn one_token_is_asked_about_once_at_a_time_and_another_beside_it() {
    let (scene, validator) = told(json!({})).await;
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
async fn an_issuer_that_is_away_lets_nothing_pass() {
    let (scene, validator) = told(json!({})).await;
    assert!(validator.validate("seen").await.is_ok());
    scene.issuer.fail();
    assert!(validator.validate("seen").await.is_ok(), "the answer is not old yet");
    scene.clock.pass(10);
    for token in ["seen", "new"] {
        let verdict = validator.validate(token).await.unwrap_err();
        assert!(matches!(verdict, Rejection::CannotTell(Outage::Status { status: 503, .. })), "{verdict:?}");
    }
    let down = Scene { issuer: TestIssuer::down().await, ..Scene::new().await };
    let verdict = builder(&down).build().unwrap().validate("t").await;
    assert!(matches!(verdict, Err(Rejection::CannotTell(Outage::NoAnswer { .. }))), "{verdict:?}");
}

#[tokio::test]
async fn anything_but_a_clear_answer_is_none() {
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
        assert!(matches!(verdict, Err(Rejection::CannotTell(_))), "{body}: {verdict:?}");
    }
}

#[tokio::test]
async fn what_is_no_token_is_not_sent_to_the_issuer() {
    let (scene, validator) = told(json!({})).await;
    for token in ["", "=", "a b", "a\"", "ä", "a&active=true", &"a".repeat(16_385)] {
        assert!(matches!(validator.validate(token).await, Err(Rejection::Invalid(_))), "{token}");
    }
    assert_eq!(scene.issuer.count("/introspect"), 0);
}
