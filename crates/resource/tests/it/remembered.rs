//! A token that was seen before is remembered, and never for too long.

use jeton_resource::{Rejection, TokenFault};
use serde_json::json;

use crate::support::{Scene, TestKey};

#[tokio::test]
async fn a_remembered_token_ends_with_its_expiry() {
    let scene = Scene::new().await;
    let validator = scene.validator();
    let token = scene.token_with(json!({ "exp": scene.clock.unix() + 10 }));
    for _ in 0..3 {
        assert!(validator.validate(&token).await.is_ok());
    }
    scene.clock.pass(9);
    assert!(validator.validate(&token).await.is_ok());
    scene.clock.pass(1);
    assert_eq!(validator.validate(&token).await.unwrap_err(), Rejection::Invalid(TokenFault::Expired));
}

#[tokio::test]
async fn a_remembered_token_ends_with_its_key() {
    let scene = Scene::new().await;
    let validator = scene.validator();
    let token = scene.token();
    assert!(validator.validate(&token).await.is_ok());
    let second = TestKey::new("second");
    scene.issuer.publish(&[&second]);
    // Another token has the keys fetched anew.
    assert!(validator.validate(&second.sign(&scene.claims())).await.is_ok());
    assert_eq!(validator.validate(&token).await.unwrap_err(), Rejection::Invalid(TokenFault::UnknownKey));
}

#[tokio::test]
async fn a_key_that_was_replaced_under_its_own_name_ends_its_tokens() {
    let scene = Scene::new().await;
    let validator = scene.validator();
    let token = scene.token();
    assert!(validator.validate(&token).await.is_ok());
    scene.issuer.publish(&[&TestKey::new("first")]);
    scene.clock.pass(300);
    assert_eq!(validator.validate(&token).await.unwrap_err(), Rejection::Invalid(TokenFault::BadSignature));
}

#[tokio::test]
async fn a_token_is_not_shown() {
    let scene = Scene::new().await;
    let token = scene.token();
    let accepted = scene.validator().validate(&token).await.unwrap();
    let shown = format!("{accepted:?} {:?} {:?}", scene.validator(), scene.builder());
    assert!(shown.contains("client") && !shown.contains(&token), "{shown}");
}
