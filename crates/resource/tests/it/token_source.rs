//! Fetching tokens for a service that calls other services.

use jeton_resource::{BearerLayer, ClientCredentials, FetchError, SendError, TokenSource};
use reqwest::Client;
use serde_json::json;

use crate::support::{Scene, TestIssuer, api};

fn source(scene: &Scene) -> TokenSource {
    TokenSource::builder(&scene.issuer.url, ClientCredentials::new("client", "canary"))
        .scope("read:me")
        .scope("write:me")
        .resource("https://api.example.com/things")
        .clock(scene.clock.clone())
        .build()
        .unwrap()
}

fn issue(scene: &Scene, token: &str) {
    let body =
        json!({ "access_token": token, "token_type": "bearer", "expires_in": 3600, "scope": "read:me" });
    scene.issuer.answer("/token", &body);
}

async fn token(source: &TokenSource) -> String {
    source.token().await.unwrap().expose().to_owned()
}

#[tokio::test]
async fn a_token_is_fetched_with_scope_and_resource_and_cached() {
    let scene = Scene::new().await;
    issue(&scene, "one");
    let source = source(&scene);
    assert_eq!(scene.issuer.count("/token"), 0);
    for _ in 0..3 {
        assert_eq!(token(&source).await, "one");
    }
    let asked = scene.issuer.asked("/token");
    assert_eq!(asked.len(), 1);
    assert_eq!(
        asked[0].body,
        "grant_type=client_credentials&scope=read%3Ame+write%3Ame&resource=https%3A%2F%2Fapi.example.com%2Fthings"
    );
    assert_eq!(asked[0].headers["authorization"], "Basic Y2xpZW50OmNhbmFyeQ==");
}

#[tokio::test]
async fn a_token_is_renewed_half_a_minute_before_it_expires() {
    let scene = Scene::new().await;
    issue(&scene, "one");
    let source = source(&scene);
    assert_eq!(token(&source).await, "one");
    issue(&scene, "two");
    scene.clock.pass(3569);
    assert_eq!(token(&source).await, "one");
    scene.clock.pass(1);
    assert_eq!(token(&source).await, "two");
}

#[tokio::test]
async fn fifty_callers_fetch_one_token() {
    let scene = Scene::new().await;
    issue(&scene, "one");
    let source = source(&scene);
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let source = source.clone();
            tokio::spawn(async move { token(&source).await })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), "one");
    }
    assert_eq!(scene.issuer.count("/token"), 1);
}

#[tokio::test]
async fn requests_pause_for_the_retry_after_of_a_busy_issuer() {
    for status in [429, 503] {
        let scene = Scene::new().await;
        scene.issuer.answer_with("/token", status, &[("retry-after", "7")], "");
        let source = source(&scene);
        for pass in [0, 6] {
            scene.clock.pass(pass);
            assert!(matches!(source.token().await, Err(FetchError::Busy { .. })));
        }
        assert_eq!(scene.issuer.count("/token"), 1);
        issue(&scene, "one");
        scene.clock.pass(1);
        assert_eq!(token(&source).await, "one");
    }
}

#[tokio::test]
async fn a_valid_token_is_used_while_no_other_can_be_fetched() {
    let scene = Scene::new().await;
    issue(&scene, "one");
    let source = source(&scene);
    assert_eq!(token(&source).await, "one");
    scene.issuer.fail();
    scene.clock.pass(3599);
    assert_eq!(token(&source).await, "one");
    scene.clock.pass(1);
    assert!(source.token().await.is_err());
}

#[tokio::test]
async fn an_error_has_the_reason_and_no_secret() {
    let scene = Scene::new().await;
    let body = r#"{"error":"invalid_scope","error_description":"Ask for read:me."}"#;
    scene.issuer.answer_with("/token", 400, &[], body);
    let source = source(&scene);
    let error = source.token().await.unwrap_err();
    assert!(error.to_string().ends_with("with status 400: invalid_scope: Ask for read:me."), "{error}");
    assert!(!format!("{error:?} {source:?}").contains("canary"));
}

#[tokio::test]
async fn a_token_that_is_not_a_bearer_token_is_not_used() {
    let scene = Scene::new().await;
    for body in [
        r#"{"access_token":"a","token_type":"DPoP"}"#,
        r#"{"access_token":"a b","token_type":"Bearer"}"#,
        r#"{"access_token":"","token_type":"Bearer"}"#,
        "{}",
    ] {
        scene.issuer.answer_with("/token", 200, &[], body);
        assert!(matches!(source(&scene).token().await, Err(FetchError::Unusable { .. })), "{body}");
    }
}

/// Serves an API on loopback that validates tokens.
async fn serve(scene: &Scene) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/things", listener.local_addr().unwrap());
    let app = api(BearerLayer::new(scene.validator()));
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

fn client() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

#[tokio::test]
async fn a_rejected_request_is_retried_once_with_a_new_token() {
    let scene = Scene::new().await;
    let url = serve(&scene).await;
    issue(&scene, "revoked");
    let source = source(&scene);
    assert_eq!(token(&source).await, "revoked");
    issue(&scene, &scene.token());
    let answer = source.send(client().get(&url)).await.unwrap();
    assert_eq!((answer.status().as_u16(), scene.issuer.count("/token")), (200, 2));
    assert_eq!(answer.text().await.unwrap(), "client read:me write:me");
}

#[tokio::test]
async fn an_api_that_rejects_every_token_does_not_flood_the_issuer() {
    let scene = Scene::new().await;
    let url = serve(&scene).await;
    issue(&scene, "bad");
    let source = source(&scene);
    for _ in 0..10 {
        assert_eq!(source.send(client().get(&url)).await.unwrap().status(), 401);
    }
    assert_eq!(scene.issuer.count("/token"), 2);
    scene.clock.pass(5);
    assert_eq!(source.send(client().get(&url)).await.unwrap().status(), 401);
    assert_eq!(scene.issuer.count("/token"), 3);
}

#[tokio::test]
async fn a_token_is_not_sent_to_an_insecure_url() {
    let scene = Scene::new().await;
    issue(&scene, "one");
    let refused = source(&scene).send(client().get("http://api.example.com/things")).await;
    assert!(matches!(refused, Err(SendError::Insecure)));
    assert_eq!(scene.issuer.count("/token"), 0);
    let credentials = ClientCredentials::new("client", "secret");
    assert!(TokenSource::builder("http://app.example.com", credentials).build().is_err());
}

#[tokio::test]
async fn a_token_endpoint_can_be_configured_without_metadata() {
    let issuer = TestIssuer::start().await;
    issuer.forget("/.well-known/oauth-authorization-server");
    let body = json!({ "access_token": "one", "token_type": "Bearer", "expires_in": 60 });
    issuer.answer("/token", &body);
    let url = format!("{}/token", issuer.url);
    let source = TokenSource::at(&url, ClientCredentials::new("client", "secret")).build().unwrap();
    assert_eq!(token(&source).await, "one");
    assert_eq!(issuer.asked("/token")[0].body, "grant_type=client_credentials");
}

#[tokio::test]
async fn a_rejected_token_is_replaced_at_most_every_five_seconds() {
    let scene = Scene::new().await;
    issue(&scene, "one");
    let source = source(&scene);
    let one = source.token().await.unwrap();
    issue(&scene, "two");
    let two = source.replace(&one).await.unwrap().unwrap();
    assert_eq!(two.expose(), "two");
    // A second replacement of the old token returns the new one without a request.
    assert_eq!(source.replace(&one).await.unwrap().unwrap().expose(), "two");
    issue(&scene, "three");
    scene.clock.pass(4);
    assert!(source.replace(&two).await.unwrap().is_none());
    assert_eq!(scene.issuer.count("/token"), 2);
    scene.clock.pass(1);
    assert_eq!(source.replace(&two).await.unwrap().unwrap().expose(), "three");
}

#[tokio::test]
async fn a_rejected_token_stays_in_use_while_no_other_can_be_fetched() {
    let scene = Scene::new().await;
    issue(&scene, "one");
    let source = source(&scene);
    let one = source.token().await.unwrap();
    scene.issuer.answer_with("/token", 503, &[], "");
    assert!(source.replace(&one).await.unwrap().is_none());
    assert_eq!(token(&source).await, "one");
    scene.clock.pass(3600);
    assert!(matches!(source.replace(&one).await, Err(FetchError::Busy { .. })));
}
