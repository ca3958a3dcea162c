//! The Host header, in the app and in mounted routers.

use std::sync::Arc;

use axum::Router;
use http::Method;

use crate::support::{Call, World};

#[tokio::test]
async fn a_wrong_host_is_refused_at_every_path() {
    let world = World::new().await;
    let embedding = Router::new()
        .nest("/oauth/v1", jeton_server::router(Arc::clone(&world.gateway)))
        .merge(jeton_server::well_known(Arc::clone(&world.gateway)));
    let paths = [
        "/oauth/v1/token",
        "/oauth/v1/introspect",
        "/oauth/v1/revoke",
        "/oauth/v1/jwks",
        "/oauth/v1/authorize",
        "/oauth/v1/revocations",
        "/.well-known/oauth-authorization-server",
        "/.well-known/openid-configuration",
    ];
    for app in [&world.app, &embedding] {
        for path in paths {
            let call = || Call::new(app.clone(), Method::GET, path);
            let missing = call().without_header("host").send().await.refused(400, "invalid_request");
            assert!(missing.contains("missing"), "{missing}");
            let repeated = call().header("host", "app.example.com").send().await;
            assert!(repeated.refused(400, "invalid_request").contains("more than once"));
            let invalid = call().without_header("host").header("host", "a b").send().await;
            assert!(invalid.refused(400, "invalid_request").contains("not a host"));
        }
    }
    world.get("/nothing").without_header("host").send().await.refused(400, "invalid_request");
    for path in ["/healthz", "/readyz", "/metrics", "/refusals/4xKq2-1pVb8RtZ0cN", "/nothing"] {
        let call = || Call::new(world.operations_app(), Method::GET, path);
        call().without_header("host").send().await.refused(400, "invalid_request");
        call().header("host", "app.example.com").send().await.refused(400, "invalid_request");
    }
}
