//! Discovery of keys and endpoints, and the responses that are rejected.

use jeton_resource::{Outage, Rejection, Validator};
use serde_json::json;

use crate::support::{API, Scene, merged};

const WELL_KNOWN: &str = "/.well-known/oauth-authorization-server";

async fn outage(scene: &Scene) -> Outage {
    match scene.validator().validate(&scene.token()).await {
        Err(Rejection::Unavailable(outage)) => outage,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_issuer_with_only_an_openid_document_is_found() {
    let scene = Scene::new().await;
    scene.issuer.forget(WELL_KNOWN);
    scene.issuer.answer("/.well-known/openid-configuration", &scene.issuer.metadata());
    assert!(scene.validator().validate(&scene.token()).await.is_ok());
}

#[tokio::test]
async fn an_issuer_with_a_path_is_found_at_each_of_its_three_locations() {
    let scene = Scene::new().await;
    let issuer = format!("{}/tenant", scene.issuer.url);
    let metadata = merged(scene.issuer.metadata(), json!({ "issuer": issuer }));
    for place in [
        "/.well-known/oauth-authorization-server/tenant",
        "/.well-known/openid-configuration/tenant",
        "/tenant/.well-known/openid-configuration",
    ] {
        scene.issuer.answer(place, &metadata);
        let validator = Validator::builder(&issuer, API).clock(scene.clock.clone()).build().unwrap();
        assert!(validator.validate(&scene.token_with(json!({ "iss": issuer }))).await.is_ok(), "{place}");
        scene.issuer.forget(place);
    }
}

#[tokio::test]
async fn an_html_page_instead_of_the_document_is_skipped() {
    let scene = Scene::new().await;
    scene.issuer.answer_with(WELL_KNOWN, 200, &[], "<html>");
    assert!(matches!(outage(&scene).await, Outage::Unreadable { .. }));
    scene.issuer.answer("/.well-known/openid-configuration", &scene.issuer.metadata());
    assert!(scene.validator().validate(&scene.token()).await.is_ok());
}

#[tokio::test]
async fn the_document_of_another_issuer_is_rejected() {
    let scene = Scene::new().await;
    for other in [format!("{}/", scene.issuer.url), scene.issuer.url.to_uppercase()] {
        scene.issuer.answer(WELL_KNOWN, &merged(scene.issuer.metadata(), json!({ "issuer": other })));
        assert!(matches!(outage(&scene).await, Outage::OtherIssuer { .. }));
    }
    assert_eq!(scene.issuer.count("/jwks"), 0);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let scene = Scene::new().await;
    scene.issuer.answer("/elsewhere", &json!({ "keys": [scene.key.jwk()] }));
    scene.issuer.answer_with("/jwks", 302, &[("location", "/elsewhere")], "");
    assert!(matches!(outage(&scene).await, Outage::Status { status: 302, .. }));
    assert_eq!(scene.issuer.count("/elsewhere"), 0);
}

#[tokio::test]
async fn a_response_larger_than_a_mebibyte_is_rejected() {
    let scene = Scene::new().await;
    let padding = "x".repeat(1 << 20);
    scene.issuer.answer("/jwks", &json!({ "keys": [scene.key.jwk()], "padding": padding }));
    assert!(matches!(outage(&scene).await, Outage::TooLarge { .. }));
}

#[tokio::test]
async fn keys_are_not_fetched_from_an_insecure_url() {
    let scene = Scene::new().await;
    for uri in ["http://keys.example.com/jwks", "file:///etc/passwd", "/jwks"] {
        scene.issuer.answer(WELL_KNOWN, &merged(scene.issuer.metadata(), json!({ "jwks_uri": uri })));
        assert!(matches!(outage(&scene).await, Outage::Insecure { .. }), "{uri}");
    }
    scene.issuer.answer(WELL_KNOWN, &merged(scene.issuer.metadata(), json!({ "jwks_uri": null })));
    assert!(matches!(outage(&scene).await, Outage::NoEndpoint { member: "jwks_uri", .. }));
}

#[tokio::test]
async fn a_malformed_key_set_is_an_outage_and_not_a_verdict() {
    let scene = Scene::new().await;
    for body in ["", "[]", "{}", r#"{"keys":{}}"#] {
        scene.issuer.answer_with("/jwks", 200, &[], body);
        assert!(matches!(outage(&scene).await, Outage::Unreadable { .. }), "{body}");
    }
}
