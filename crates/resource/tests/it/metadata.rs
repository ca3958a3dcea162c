//! The document from which clients learn which issuer to ask.

use http::Method;
use jeton_resource::{BearerLayer, ProtectedResource, Validator};
use serde_json::{Value, json};

use crate::support::{API, Scene, api, ask};

#[tokio::test]
async fn the_document_is_public_at_both_places() {
    let scene = Scene::new().await;
    let validator = scene.validator();
    let metadata = ProtectedResource::of(&validator).scopes(["read:me"]).name("Things");
    let app = api(BearerLayer::new(validator)).merge(metadata.routes());
    let challenge = ask(&app, Method::GET, "/things", &[]).await;
    assert!(challenge.challenge().contains("example.com/.well-known/oauth-protected-resource/things"));
    for path in ["/.well-known/oauth-protected-resource/things", "/.well-known/oauth-protected-resource"] {
        let answer = ask(&app, Method::GET, path, &[]).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")), "{path}");
        let document: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(
            document,
            json!({
                "resource": API, "authorization_servers": [scene.issuer.url], "scopes_supported": ["read:me"],
                "bearer_methods_supported": ["header"], "resource_name": "Things",
            })
        );
    }
}

#[test]
fn a_resource_that_is_an_origin_is_served_once() {
    let of = |audience| {
        ProtectedResource::of(&Validator::builder("https://app.example.com", audience).build().unwrap())
    };
    let metadata = of("https://api.example.com");
    assert_eq!(metadata.paths(), ["/.well-known/oauth-protected-resource"]);
    let _: axum::Router = metadata.routes();
    assert!(of("urn:example:api").paths().is_empty());
}
