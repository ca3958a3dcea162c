//! Only POST, and only existing paths.

use http::Method;

use super::{INTROSPECT, REVOKE, TOKEN};
use crate::support::{Call, World};

#[tokio::test]
async fn any_method_except_post_is_refused_with_an_allow_header() {
    let world = World::new().await;
    for path in [TOKEN, INTROSPECT, REVOKE] {
        for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
            let answer = Call::new(world.app.clone(), method, path).send().await;
            answer.refused(405, "invalid_request");
            assert_eq!(answer.header("allow"), Some("POST"));
        }
    }
}

#[tokio::test]
async fn reading_endpoints_accept_only_get() {
    let world = World::new().await;
    for path in ["/oauth/v1/jwks", "/oauth/v1/authorize", "/.well-known/oauth-authorization-server"] {
        let answer = world.post(path).send().await;
        answer.refused(405, "invalid_request");
        assert_eq!(answer.header("allow"), Some("GET"));
    }
}

#[tokio::test]
async fn an_unknown_path_is_404_with_a_json_body() {
    let world = World::new().await;
    for path in ["/", "/oauth/v1", "/oauth/v1/nothing", "/oauth/v1/token/", "/metrics", "/healthz"] {
        world.get(path).send().await.refused(404, "invalid_request");
        world.post(path).send().await.refused(404, "invalid_request");
    }
}
