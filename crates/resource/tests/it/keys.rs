//! When the issuer's keys are fetched, and how long they are cached.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use jeton_resource::{Outage, Rejection, TokenFault};
use serde_json::json;

use crate::support::{Scene, TestIssuer, TestKey, eventually};

const UNKNOWN: Rejection = Rejection::Invalid(TokenFault::UnknownKey);

#[tokio::test]
async fn nothing_is_fetched_before_the_first_token_that_needs_it() {
    let scene = Scene::new().await;
    let validator = scene.validator();
    assert!(validator.validate("abc").await.is_err());
    assert_eq!(scene.issuer.count("/jwks"), 0);
    assert!(validator.validate(&scene.token()).await.is_ok());
    assert_eq!(scene.issuer.count("/jwks"), 1);
}

#[tokio::test]
async fn a_service_can_start_before_its_issuer() {
    let scene = Scene { issuer: TestIssuer::down(), ..Scene::new().await };
    scene.issuer.publish(&[&scene.key]);
    let validator = scene.validator();
    let token = scene.token();
    let rejection = validator.validate(&token).await.unwrap_err();
    assert!(matches!(rejection, Rejection::Unavailable(Outage::NoAnswer { .. })), "{rejection:?}");
    // A malformed token is rejected without the issuer.
    assert!(matches!(validator.validate("a.b.c").await, Err(Rejection::Invalid(_))));

    scene.issuer.come_up().await;
    assert!(validator.validate(&token).await.is_err(), "the next attempt is after a pause");
    scene.clock.pass(1);
    assert!(validator.validate(&token).await.is_ok());
}

#[tokio::test]
async fn fifty_concurrent_first_tokens_fetch_the_keys_once() {
    let scene = Scene::new().await;
    let validator = scene.validator();
    let tasks: Vec<_> = (0..50)
        .map(|number| {
            let (validator, token) =
                (validator.clone(), scene.token_with(json!({ "jti": number.to_string() })));
            tokio::spawn(async move { validator.validate(&token).await.is_ok() })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap());
    }
    assert_eq!(scene.issuer.count("/jwks"), 1);
}

#[tokio::test]
async fn an_unknown_key_refetches_the_keys_at_most_every_thirty_seconds() {
    let scene = Scene::new().await;
    let validator = scene.validator();
    assert!(validator.validate(&scene.token()).await.is_ok());
    let second = TestKey::new("second");
    scene.issuer.publish(&[&scene.key, &second]);
    assert!(validator.validate(&second.sign(&scene.claims())).await.is_ok());
    assert_eq!(scene.issuer.count("/jwks"), 2);

    let invented = TestKey::new("invented").sign(&scene.claims());
    for _ in 0..20 {
        assert_eq!(validator.validate(&invented).await.unwrap_err(), UNKNOWN);
    }
    assert_eq!(scene.issuer.count("/jwks"), 2);
    scene.clock.pass(30);
    assert_eq!(validator.validate(&invented).await.unwrap_err(), UNKNOWN);
    assert_eq!(scene.issuer.count("/jwks"), 3);
}

#[tokio::test]
async fn an_unknown_key_is_not_a_verdict_while_the_issuer_is_unavailable() {
    let scene = Scene::new().await;
    let validator = scene.validator();
    assert!(validator.validate(&scene.token()).await.is_ok());
    scene.issuer.fail();
    let token = TestKey::new("new").sign(&scene.claims());
    for _ in 0..2 {
        let verdict = validator.validate(&token).await;
        assert!(matches!(verdict, Err(Rejection::Unavailable(_))), "{verdict:?}");
    }
}

#[tokio::test]
async fn keys_are_refreshed_in_the_background_before_they_expire() {
    let scene = Scene::new().await;
    let validator = scene.validator();
    let token = scene.token();
    assert!(validator.validate(&token).await.is_ok());
    // The `max-age` of the response is 300 seconds.
    scene.clock.pass(239);
    assert!(validator.validate(&token).await.is_ok());
    assert_eq!(scene.issuer.count("/jwks"), 1);
    scene.clock.pass(1);
    assert!(validator.validate(&token).await.is_ok());
    eventually("the keys are refreshed", || scene.issuer.count("/jwks") == 2).await;
}

#[tokio::test]
async fn cached_keys_are_used_during_an_outage_for_at_most_a_day() {
    let scene = Scene::new().await;
    let validator = scene.validator();
    assert!(validator.validate(&scene.token()).await.is_ok());
    scene.issuer.fail();
    for hours in [1, 22] {
        scene.clock.pass(hours * 3600);
        assert!(validator.validate(&scene.token()).await.is_ok());
    }
    scene.clock.pass(3600);
    assert!(matches!(validator.validate(&scene.token()).await, Err(Rejection::Unavailable(_))));
    scene.issuer.publish(&[&scene.key]);
    scene.issuer.answer("/.well-known/oauth-authorization-server", &scene.issuer.metadata());
    scene.clock.pass(30);
    assert!(validator.validate(&scene.token()).await.is_ok());
}

#[tokio::test]
async fn expired_keys_are_fetched_before_a_token_is_verified() {
    let scene = Scene::new().await;
    let validator = scene.validator();
    let token = scene.token();
    assert!(validator.validate(&token).await.is_ok());
    scene.issuer.publish(&[&TestKey::new("second")]);
    scene.clock.pass(300);
    assert_eq!(validator.validate(&token).await.unwrap_err(), UNKNOWN);
}

#[tokio::test]
async fn a_key_without_an_id_verifies_tokens_without_an_id() {
    let scene = Scene::new().await;
    let mut jwk = scene.key.jwk();
    jwk.as_object_mut().unwrap().remove("kid");
    scene.issuer.answer("/jwks", &json!({ "keys": [jwk] }));
    let header = json!({ "typ": "at+jwt", "alg": "ES256" });
    assert!(scene.validator().validate(&scene.key.sign_with(&header, &scene.claims())).await.is_ok());
    assert_eq!(scene.validator().validate(&scene.token()).await.unwrap_err(), UNKNOWN);
}

/// Keys are rotated while tokens are validated; each is published before it signs, as in Jeton.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_valid_token_is_rejected_while_keys_are_rotated_under_load() {
    let scene = Arc::new(Scene::new().await);
    let validator = scene.validator();
    let (stop, current) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let keys: Arc<Vec<_>> = Arc::new((0..22).map(|number| TestKey::new(&format!("key {number}"))).collect());
    scene.issuer.publish(&[&keys[0], &keys[1]]);
    let load: Vec<_> = (0..8)
        .map(|worker| {
            let (validator, scene, keys) = (validator.clone(), Arc::clone(&scene), Arc::clone(&keys));
            let (stop, current) = (Arc::clone(&stop), Arc::clone(&current));
            tokio::spawn(async move {
                let mut checked = 0;
                while !stop.load(Ordering::SeqCst) {
                    let key = &keys[current.load(Ordering::SeqCst)];
                    let token = key.sign(&scene.claims_with(json!({ "jti": format!("{worker} {checked}") })));
                    validator.validate(&token).await.unwrap();
                    checked += 1;
                    tokio::task::yield_now().await;
                }
                checked
            })
        })
        .collect();
    for rotation in 0..20_usize {
        // The keys of unexpired tokens, the current signing key, and the next.
        let published: Vec<_> = keys[rotation.saturating_sub(5)..=rotation + 1].iter().collect();
        let fetched = scene.issuer.count("/jwks");
        scene.issuer.publish(&published);
        scene.clock.pass(300);
        eventually("the new keys are fetched", || scene.issuer.count("/jwks") > fetched).await;
        current.store(rotation, Ordering::SeqCst);
    }
    stop.store(true, Ordering::SeqCst);
    for worker in load {
        assert!(worker.await.unwrap() > 0);
    }
}
