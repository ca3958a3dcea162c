//! Validation with the keys and the revocation feed.

use std::collections::BTreeMap;
use std::time::Duration;

use jeton_protocol::{NameDigest, RevocationFeed, RevokedJti, Truncation};
use jeton_resource::{ClientCredentials, Outage, Rejection, StaleFeedPolicy, TokenFault, ValidatorBuilder};
use serde_json::{Value, json};

use crate::support::{Scene, eventually, merged};

const REVOKED: Rejection = Rejection::Invalid(TokenFault::Revoked);

fn builder(scene: &Scene) -> ValidatorBuilder {
    scene.builder().revocation_feed(ClientCredentials::new("api", "secret"))
}

fn empty(scene: &Scene) -> RevocationFeed {
    RevocationFeed {
        iss: scene.issuer.url.clone(),
        region_epoch: 5,
        tenants: BTreeMap::new(),
        accounts: BTreeMap::new(),
        tokens: Vec::new(),
        truncation: Truncation::None,
    }
}

/// Publishes a feed without an `ETag`, so that the validator polls every second.
fn publish(scene: &Scene, feed: &RevocationFeed) {
    scene.issuer.answer_with("/revocations", 200, &[], &serde_json::to_string(feed).unwrap());
}

fn token(scene: &Scene, changes: Value) -> String {
    scene.token_with(merged(json!({ "tenant": "default", "epoch": [5, 7, 9] }), changes))
}

fn digest(name: &str) -> NameDigest {
    let sha256 = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, name.as_bytes());
    NameDigest::from_sha256(sha256.as_ref().try_into().unwrap())
}

#[tokio::test]
async fn a_token_is_revoked_by_its_id_and_by_each_epoch() {
    for (is_revoked, feed) in [
        (false, json!({})),
        (true, json!({ "tokens": [["token", 1_900_000_000]] })),
        (false, json!({ "tokens": [["other", 1_900_000_000]] })),
        (true, json!({ "region_epoch": 6 })),
        (true, json!({ "tenants": { digest("default").to_string(): 8 } })),
        (false, json!({ "tenants": { digest("default").to_string(): 7 } })),
        (true, json!({ "accounts": { digest("client").to_string(): 10 } })),
        (false, json!({ "accounts": { digest("other").to_string(): 10 } })),
    ] {
        let scene = Scene::new().await;
        let response = merged(serde_json::to_value(empty(&scene)).unwrap(), feed.clone());
        scene.issuer.answer_with("/revocations", 200, &[], &response.to_string());
        let validator = builder(&scene).build().unwrap();
        let token = token(&scene, json!({}));
        // First not cached, then cached.
        for _ in 0..2 {
            let verdict = validator.validate(&token).await;
            assert_eq!(verdict.err(), is_revoked.then_some(REVOKED), "{feed}");
        }
    }
}

#[tokio::test]
async fn a_revocation_takes_effect_within_two_seconds_without_introspection() {
    let scene = Scene::new().await;
    publish(&scene, &empty(&scene));
    let validator = builder(&scene).build().unwrap();
    let token = token(&scene, json!({}));
    assert!(validator.validate(&token).await.is_ok());
    let revoked = RevokedJti { jti: "token".to_owned(), exp: scene.clock.unix() + 3600 };
    publish(&scene, &RevocationFeed { tokens: vec![revoked], ..empty(&scene) });
    let began = std::time::Instant::now();
    while validator.validate(&token).await.is_ok() {
        assert!(began.elapsed() < Duration::from_secs(2));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(validator.validate(&token).await.unwrap_err(), REVOKED);
    assert_eq!(scene.issuer.count("/introspect"), 0);
}

#[tokio::test]
async fn the_feed_is_fetched_with_credentials_and_then_polled_with_its_etag() {
    let scene = Scene::new().await;
    let body = serde_json::to_string(&empty(&scene)).unwrap();
    scene.issuer.answer_with("/revocations", 200, &[("etag", "\"7\"")], &body);
    let validator = builder(&scene).build().unwrap();
    assert_eq!(scene.issuer.count("/revocations"), 0);
    assert!(validator.validate(&token(&scene, json!({}))).await.is_ok());
    eventually("the feed is polled again", || scene.issuer.count("/revocations") > 1).await;
    let asked = scene.issuer.asked("/revocations");
    assert_eq!(asked[0].headers["authorization"], "Basic YXBpOnNlY3JldA==");
    assert!(!asked[0].headers.contains_key("if-none-match"));
    assert_eq!(asked[1].headers["if-none-match"], "\"7\"");
    drop(validator);
    // A request in flight may still arrive.
    tokio::time::sleep(Duration::from_millis(50)).await;
    let asked = scene.issuer.count("/revocations");
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(scene.issuer.count("/revocations"), asked, "polling must stop with the validator");
}

#[tokio::test]
async fn with_a_stale_feed_tokens_are_rejected_unless_the_policy_is_use_last_known() {
    let scene = Scene::new().await;
    let revoked = RevokedJti { jti: "gone".to_owned(), exp: scene.clock.unix() + 3600 };
    publish(&scene, &RevocationFeed { tokens: vec![revoked], ..empty(&scene) });
    let strict = builder(&scene).build().unwrap();
    let lenient = builder(&scene).stale_feed_policy(StaleFeedPolicy::UseLastKnown).build().unwrap();
    let (good, revoked_token) = (token(&scene, json!({})), token(&scene, json!({ "jti": "gone" })));
    for validator in [&strict, &lenient] {
        assert!(validator.validate(&good).await.is_ok());
        assert_eq!(validator.validate(&revoked_token).await.unwrap_err(), REVOKED);
    }
    scene.issuer.answer_with("/revocations", 503, &[], "");
    let asked = scene.issuer.count("/revocations");
    eventually("both have failed to poll", || scene.issuer.count("/revocations") >= asked + 3).await;
    scene.clock.pass(31);
    let stale = Rejection::Unavailable(Outage::FeedStale);
    assert_eq!(strict.validate(&good).await.unwrap_err(), stale);
    assert!(lenient.validate(&good).await.is_ok());
    for validator in [&strict, &lenient] {
        assert_eq!(validator.validate(&revoked_token).await.unwrap_err(), REVOKED);
    }
    publish(&scene, &empty(&scene));
    let asked = scene.issuer.count("/revocations");
    eventually("both have received the feed", || scene.issuer.count("/revocations") >= asked + 3).await;
    assert!(strict.validate(&good).await.is_ok());
    assert_eq!(
        strict.validate(&revoked_token).await.unwrap_err(),
        REVOKED,
        "an older document must not undo a revocation"
    );
}

#[tokio::test]
async fn a_feed_of_another_issuer_or_a_malformed_feed_is_rejected() {
    let rejection_with = async |response: fn(&Scene) -> Value| {
        let scene = Scene::new().await;
        scene.issuer.answer("/revocations", &response(&scene));
        let validator = builder(&scene).build().unwrap();
        validator.validate(&token(&scene, json!({}))).await.unwrap_err()
    };
    let other = |scene: &Scene| {
        let feed = RevocationFeed { iss: "https://other.example.com".to_owned(), ..empty(scene) };
        serde_json::to_value(feed).unwrap()
    };
    // Each waits for several seconds.
    let verdicts = tokio::join!(rejection_with(other), rejection_with(|_| json!({})));
    let stale = Rejection::Unavailable(Outage::FeedStale);
    assert_eq!(verdicts, (stale.clone(), stale));
}

#[tokio::test]
async fn a_token_that_a_truncated_feed_does_not_list_is_introspected() {
    let scene = Scene::new().await;
    let revoked = RevokedJti { jti: "gone".to_owned(), exp: scene.clock.unix() + 3600 };
    publish(&scene, &RevocationFeed { truncation: Truncation::All, tokens: vec![revoked], ..empty(&scene) });
    let validator = builder(&scene).build().unwrap();
    assert_eq!(validator.validate(&token(&scene, json!({ "jti": "gone" }))).await.unwrap_err(), REVOKED);
    assert_eq!(scene.issuer.count("/introspect"), 0);
    scene.issuer.answer("/introspect", &json!({ "active": false }));
    let unlisted = token(&scene, json!({}));
    assert_eq!(validator.validate(&unlisted).await.unwrap_err(), Rejection::Invalid(TokenFault::Inactive));
    scene.clock.pass(1);
    scene.issuer.answer("/introspect", &merged(scene.claims(), json!({ "active": true })));
    assert!(validator.validate(&unlisted).await.is_ok());
}

#[tokio::test]
async fn only_tokens_of_the_accounts_that_a_truncated_feed_names_are_introspected() {
    let scene = Scene::new().await;
    let truncation = Truncation::of([digest("client")].into());
    publish(&scene, &RevocationFeed { truncation, ..empty(&scene) });
    let validator = builder(&scene).build().unwrap();
    scene.issuer.answer("/introspect", &json!({ "active": false }));
    for (client, verdict, introspected) in [
        ("other", None, 0),
        ("client", Some(Rejection::Invalid(TokenFault::Inactive)), 1),
        ("another", None, 1),
    ] {
        let token = token(&scene, json!({ "client_id": client, "sub": client, "jti": client }));
        // First not cached, then cached.
        for _ in 0..2 {
            assert_eq!(validator.validate(&token).await.err(), verdict, "{client}");
        }
        assert_eq!(scene.issuer.count("/introspect"), introspected, "{client}");
    }
}
