//! How long validated tokens are cached.

use jeton_resource::{Rejection, TokenFault};
use serde_json::json;

use crate::support::{Scene, TestKey};

#[tokio::test]
async fn a_cached_token_is_rejected_when_it_expires() {
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
async fn a_cached_token_is_rejected_when_its_key_is_removed() {
    let scene = Scene::new().await;
    let validator = scene.validator();
    let token = scene.token();
    assert!(validator.validate(&token).await.is_ok());
    let second = TestKey::new("second");
    scene.issuer.publish(&[&second]);
    // Another token makes the validator fetch the keys again.
    assert!(validator.validate(&second.sign(&scene.claims())).await.is_ok());
    assert_eq!(validator.validate(&token).await.unwrap_err(), Rejection::Invalid(TokenFault::UnknownKey));
}

#[tokio::test]
async fn a_cached_token_is_rejected_when_its_key_id_gets_another_key() {
    let scene = Scene::new().await;
    let validator = scene.validator();
    let token = scene.token();
    assert!(validator.validate(&token).await.is_ok());
    scene.issuer.publish(&[&TestKey::new("first")]);
    scene.clock.pass(300);
    assert_eq!(validator.validate(&token).await.unwrap_err(), Rejection::Invalid(TokenFault::BadSignature));
}

#[tokio::test]
async fn debug_does_not_show_a_token() {
    let scene = Scene::new().await;
    let token = scene.token();
    let accepted = scene.validator().validate(&token).await.unwrap();
    let shown = format!("{accepted:?} {:?} {:?}", scene.validator(), scene.builder());
    assert!(shown.contains("client") && !shown.contains(&token), "{shown}");
}
