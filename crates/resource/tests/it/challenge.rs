//! The responses to rejected requests.

use http::Method;
use jeton_resource::{BearerLayer, ClientCredentials};
use serde_json::json;

use crate::support::{Scene, TestIssuer, api, ask, get};

const HINTS: &str = r#"resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/things", scope="read:me""#;

fn layer(scene: &Scene) -> BearerLayer {
    BearerLayer::new(scene.validator()).require_scope("read:me")
}

#[tokio::test]
async fn a_valid_token_is_accepted_and_the_handler_gets_its_claims() {
    let scene = Scene::new().await;
    let answer = get(&api(layer(&scene)), &scene.token()).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "client read:me write:me"));
}

#[tokio::test]
async fn without_a_token_the_challenge_names_no_error() {
    let scene = Scene::new().await;
    let app = api(layer(&scene));
    for authorization in [[].as_slice(), &["Basic YTpi"], &["Bearer"], &["Bearer "], &["DPoP abc"]] {
        let answer = ask(&app, Method::GET, "/things", authorization).await;
        assert_eq!((answer.status, answer.challenge()), (401, format!("Bearer {HINTS}").as_str()));
        assert_eq!((answer.body.as_str(), answer.header("cache-control")), ("", Some("no-store")));
    }
}

#[tokio::test]
async fn a_bad_token_is_an_invalid_token() {
    let scene = Scene::new().await;
    let app = api(layer(&scene));
    for token in ["abc", "a b", "{}", &scene.token_with(json!({ "aud": "https://other.example.com" }))] {
        let answer = get(&app, token).await;
        let challenge = format!(r#"Bearer {HINTS}, error="invalid_token""#);
        assert_eq!((answer.status, answer.challenge()), (401, challenge.as_str()), "{token}");
    }
}

#[tokio::test]
async fn a_missing_scope_is_403_with_all_required_scopes() {
    let scene = Scene::new().await;
    let app = api(layer(&scene).require_scope("delete:me"));
    let answer = get(&app, &scene.token()).await;
    assert_eq!(answer.status, 403);
    assert_eq!(
        answer.challenge(),
        r#"Bearer resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/things", scope="read:me delete:me", error="insufficient_scope""#
    );
}

#[tokio::test]
async fn two_authorization_headers_are_rejected() {
    let scene = Scene::new().await;
    let good = format!("Bearer {}", scene.token());
    for headers in [[good.as_str(), good.as_str()], ["Basic YTpi", &good]] {
        let answer = ask(&api(layer(&scene)), Method::GET, "/things", &headers).await;
        assert_eq!(answer.status, 401);
        assert!(answer.challenge().ends_with(r#"error="invalid_token""#), "{answer:?}");
    }
}

#[tokio::test]
async fn the_scheme_may_be_in_lower_case() {
    let scene = Scene::new().await;
    let answer =
        ask(&api(layer(&scene)), Method::GET, "/things", &[&format!("bearer {}", scene.token())]).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn a_token_in_the_query_is_ignored() {
    let scene = Scene::new().await;
    let path = format!("/things?access_token={}", scene.token());
    let answer = ask(&api(layer(&scene)), Method::GET, &path, &[]).await;
    assert_eq!((answer.status, answer.challenge()), (401, format!("Bearer {HINTS}").as_str()));
}

#[tokio::test]
async fn every_method_and_path_is_authorized_before_anything_else() {
    let scene = Scene::new().await;
    let app = api(layer(&scene));
    for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        for path in ["/things", "/nothing"] {
            assert_eq!(ask(&app, method.clone(), path, &[]).await.status, 401, "{method} {path}");
        }
    }
    let authorization = format!("Bearer {}", scene.token());
    assert_eq!(ask(&app, Method::POST, "/things", &[&authorization]).await.status, 405);
    assert_eq!(ask(&app, Method::GET, "/nothing", &[&authorization]).await.status, 404);
}

#[tokio::test]
async fn a_token_that_cannot_be_validated_is_503_without_a_challenge() {
    let issuer = TestIssuer::down();
    let scene = Scene { issuer, ..Scene::new().await };
    let answer = get(&api(layer(&scene)), &scene.token()).await;
    assert_eq!((answer.status, answer.header("www-authenticate")), (503, None));
    assert_eq!(answer.header("retry-after"), Some("2"));
}

#[tokio::test]
async fn an_implied_scope_is_enough() {
    let scene = Scene::new().await;
    let validator =
        scene.builder().implies("admin", "write:me").implies("write:me", "read:me").build().unwrap();
    let app = api(BearerLayer::new(validator).require_scope("read:me"));
    assert_eq!(get(&app, &scene.token_with(json!({ "scope": "admin" }))).await.status, 200);
    assert_eq!(get(&app, &scene.token_with(json!({ "scope": "other" }))).await.status, 403);
    assert_eq!(get(&app, &scene.token_with(json!({ "scope": null }))).await.status, 403);
}

#[tokio::test]
async fn a_resource_without_a_url_is_challenged_without_metadata() {
    let scene = Scene::new().await;
    let build = |audience| jeton_resource::Validator::builder(&scene.issuer.url, audience).build().unwrap();
    let answer = ask(&api(BearerLayer::new(build("urn:example:api"))), Method::GET, "/things", &[]).await;
    assert_eq!(answer.challenge(), "Bearer");
    let own =
        BearerLayer::new(scene.validator()).resource_metadata(Some("https://docs.example.com/m".into()));
    let answer = ask(&api(own), Method::GET, "/things", &[]).await;
    assert_eq!(answer.challenge(), r#"Bearer resource_metadata="https://docs.example.com/m""#);
}

#[tokio::test]
async fn a_validator_needs_a_safe_issuer_an_audience_and_one_method() {
    let build = |issuer, audience| jeton_resource::Validator::builder(issuer, audience).build();
    assert!(build("http://app.example.com", "a").unwrap_err().to_string().contains("https"));
    assert!(build("https://app.example.com", "").unwrap_err().to_string().contains("audience is empty"));
    let caller = ClientCredentials::new("id", "secret");
    let both = jeton_resource::Validator::builder("https://app.example.com", "a")
        .introspection(caller.clone())
        .revocation_feed(caller);
    assert!(both.build().unwrap_err().to_string().contains("choose one"));
    // `main` prints the error with `Debug`.
    assert!(format!("{:?}", build("app.example.com", "a").unwrap_err()).contains("is not an https URL"));
}
