//! The metadata document, which tells clients which issuer to use.

use axum::Router;
use axum::body::Body;
use http::{Method, Request};
use jeton_resource::{BearerLayer, ProtectedResource, Validator};
use serde_json::{Value, json};

use crate::support::{API, Answer, Scene, api, ask, call};

#[tokio::test]
async fn the_document_is_public_at_both_paths() {
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

#[tokio::test]
async fn scripts_of_every_origin_can_read_only_the_document() {
    let scene = Scene::new().await;
    let validator = scene.validator();
    let metadata = ProtectedResource::of(&validator).scopes(["read:me"]);
    let app = api(BearerLayer::new(validator)).merge(metadata.routes());
    for path in metadata.paths() {
        for (method, status) in [(Method::GET, 200), (Method::POST, 405), (Method::OPTIONS, 204)] {
            let answer = of_a_page(&app, method, &path, None).await;
            assert_eq!(answer.status, status, "{path}");
            assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{path}");
            assert_eq!(answer.header("access-control-allow-methods"), None, "{path}");
        }
        let preflight = of_a_page(&app, Method::OPTIONS, &path, Some("GET")).await;
        assert_eq!((preflight.status, preflight.body.as_str()), (204, ""), "{path}");
        for (name, value) in [("origin", "*"), ("methods", "GET"), ("headers", "*")] {
            let name = format!("access-control-allow-{name}");
            assert_eq!(preflight.header(&name), Some(value), "{path}");
        }
        assert_eq!(preflight.header("access-control-allow-credentials"), None, "{path}");
    }
    let protected = of_a_page(&app, Method::OPTIONS, "/things", Some("GET")).await;
    assert_eq!((protected.status, protected.header("access-control-allow-origin")), (401, None));
}

/// Sends a request as a browser does for a page of another origin; `asks_for` makes it a preflight request.
async fn of_a_page(app: &Router, method: Method, path: &str, asks_for: Option<&str>) -> Answer {
    let mut request =
        Request::builder().method(method).uri(path).header("origin", "https://page.example.net");
    if let Some(method) = asks_for {
        request = request.header("access-control-request-method", method);
    }
    call(app, request.body(Body::empty()).unwrap()).await
}

#[test]
fn a_resource_that_is_an_origin_has_one_path() {
    let of = |audience| {
        ProtectedResource::of(&Validator::builder("https://app.example.com", audience).build().unwrap())
    };
    let metadata = of("https://api.example.com");
    assert_eq!(metadata.paths(), ["/.well-known/oauth-protected-resource"]);
    let _: axum::Router = metadata.routes();
    assert!(of("urn:example:api").paths().is_empty());
}
