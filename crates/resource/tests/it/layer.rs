//! The request that the inner service receives, and nested layers.

use axum::Router;
use axum::routing::get as route;
use http::{HeaderMap, Method};
use jeton_resource::{BearerLayer, Token};

use crate::support::{Scene, ask, get};

fn shows_authorization() -> axum::routing::MethodRouter {
    route(|headers: HeaderMap| async move { format!("{}", headers.contains_key("authorization")) })
}

#[tokio::test]
async fn the_authorization_header_is_removed_unless_configured_otherwise() {
    let scene = Scene::new().await;
    let layer = BearerLayer::new(scene.validator());
    let app = Router::new().route("/things", shows_authorization());
    for (layer, passed) in [(layer.clone(), "false"), (layer.keep_authorization(), "true")] {
        let app = app.clone().layer(layer);
        // First not cached, then cached.
        for _ in 0..2 {
            assert_eq!(get(&app, &scene.token()).await.body, passed);
        }
    }
}

#[tokio::test]
async fn each_route_can_require_its_own_scope() {
    let scene = Scene::new().await;
    let needs = |scope: &str| BearerLayer::new(scene.validator()).require_scope(scope);
    let app = Router::new()
        .route("/things", route(|| async { "read" }).layer(needs("read:me")))
        .route("/secret", route(|| async { "admin" }).layer(needs("admin")));
    let authorization = format!("Bearer {}", scene.token());
    assert_eq!(ask(&app, Method::GET, "/things", &[&authorization]).await.status, 200);
    assert_eq!(ask(&app, Method::GET, "/secret", &[&authorization]).await.status, 403);
    assert_eq!(ask(&app, Method::POST, "/secret", &[]).await.status, 401);
}

#[tokio::test]
async fn nested_layers_require_all_their_scopes() {
    let scene = Scene::new().await;
    let validator = scene.validator();
    let inner = |scope: &str| BearerLayer::new(validator.clone()).require_scope(scope);
    let app = Router::new()
        .route(
            "/things",
            route(|token: Token| async move { token.client_id().to_owned() }).layer(inner("write:me")),
        )
        .route("/secret", route(|| async {}).layer(inner("admin")))
        .layer(inner("read:me"));
    assert_eq!(get(&app, &scene.token()).await.body, "client");
    let answer = ask(&app, Method::GET, "/secret", &[&format!("Bearer {}", scene.token())]).await;
    assert_eq!(answer.status, 403);
    assert!(answer.challenge().contains(r#"scope="read:me admin""#), "{answer:?}");
}

#[tokio::test]
async fn a_layer_of_another_resource_validates_the_token_again() {
    let scene = Scene::new().await;
    let other = jeton_resource::Validator::builder(&scene.issuer.url, "https://other.example.com")
        .clock(scene.clock.clone())
        .build()
        .unwrap();
    let app = Router::new()
        .route("/things", route(|| async {}))
        .layer(BearerLayer::new(other))
        .layer(BearerLayer::new(scene.validator()).keep_authorization());
    assert_eq!(get(&app, &scene.token()).await.status, 401);
}

#[tokio::test]
async fn a_handler_that_takes_a_token_without_the_layer_is_500() {
    let app = Router::new().route("/things", route(|token: Token| async move { token.scope().to_owned() }));
    assert_eq!(ask(&app, Method::GET, "/things", &["Bearer abc"]).await.status, 500);
}

#[tokio::test]
async fn any_tower_service_can_be_protected() {
    use http::{Request, Response};
    use tower::{Layer as _, ServiceExt as _, service_fn};

    let scene = Scene::new().await;
    let inner = service_fn(|request: Request<Vec<u8>>| async move {
        let client = request.extensions().get::<Token>().unwrap().client_id().to_owned();
        Ok::<_, std::convert::Infallible>(Response::new(client.into_bytes()))
    });
    let service = BearerLayer::new(scene.validator()).layer(inner);
    let request = Request::builder().header("authorization", format!("Bearer {}", scene.token()));
    let answer = service.clone().oneshot(request.body(Vec::new()).unwrap()).await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.body().as_slice()), (200, b"client".as_slice()));
    let answer = service.oneshot(Request::new(Vec::new())).await.unwrap();
    assert_eq!(answer.status(), 401);
}
