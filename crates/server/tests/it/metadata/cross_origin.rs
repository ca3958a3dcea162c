//! Scripts of other origins may read only the public documents.

use http::Method;

use crate::support::{Answer, Call, Setup, World};

const PAGE: &str = "https://page.example.net";
const DOCUMENTS: [&str; 3] =
    ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration", "/oauth/v1/jwks"];

#[track_caller]
fn assert_readable(answer: &Answer) {
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{answer:?}");
    assert_eq!(answer.header("access-control-allow-credentials"), None, "{answer:?}");
}

fn cross_origin_headers(answer: &Answer) -> Vec<&str> {
    answer
        .headers
        .keys()
        .map(http::HeaderName::as_str)
        .filter(|name| name.starts_with("access-control-"))
        .collect()
}

fn preflight(world: &World, path: &str, method: &str) -> Call {
    Call::new(world.app.clone(), Method::OPTIONS, path)
        .header("origin", PAGE)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", "mcp-protocol-version")
}

#[tokio::test]
async fn every_origin_may_read_all_responses_of_the_public_documents() {
    let world = World::new().await;
    for path in DOCUMENTS {
        // Also without `Origin`, so that a cache can serve one response to all.
        let get = || world.get(path);
        for call in [get(), get().header("origin", PAGE), get().header("origin", "null")] {
            let answer = call.send().await;
            assert_eq!(answer.status, 200, "{path}");
            assert_readable(&answer);
            assert_eq!(cross_origin_headers(&answer), ["access-control-allow-origin"], "{path}");
        }
        for method in [Method::HEAD, Method::POST, Method::PUT, Method::DELETE] {
            let answer = Call::new(world.app.clone(), method, path).header("origin", PAGE).send().await;
            assert_readable(&answer);
        }
        world.post(path).send().await.refused(405, "invalid_request");
    }
    let etag = world.get("/oauth/v1/jwks").send().await.header("etag").unwrap().to_owned();
    let known = world.get("/oauth/v1/jwks").header("if-none-match", &etag).send().await;
    assert_eq!(known.status, 304);
    assert_readable(&known);
}

#[tokio::test]
async fn a_preflight_for_a_public_document_is_allowed_get_and_any_header() {
    let world = World::new().await;
    for path in DOCUMENTS {
        for method in ["GET", "POST"] {
            let answer = preflight(&world, path, method).send().await;
            assert_eq!((answer.status, answer.body.as_str()), (204, ""), "{path}");
            assert_readable(&answer);
            assert_eq!(answer.header("access-control-allow-methods"), Some("GET"), "{path}");
            assert_eq!(answer.header("access-control-allow-headers"), Some("*"), "{path}");
        }
    }
}

#[tokio::test]
async fn options_without_a_preflight_gets_the_allowed_method() {
    let world = World::new().await;
    for path in DOCUMENTS {
        let options = || Call::new(world.app.clone(), Method::OPTIONS, path);
        for call in [
            options(),
            options().header("origin", PAGE),
            options().header("access-control-request-method", "GET"),
        ] {
            let answer = call.send().await;
            assert_eq!((answer.status, answer.body.as_str()), (204, ""), "{path}");
            assert_eq!(answer.header("allow"), Some("GET"), "{path}");
            assert_readable(&answer);
            assert_eq!(cross_origin_headers(&answer), ["access-control-allow-origin"], "{path}");
        }
    }
}

#[tokio::test]
async fn no_other_endpoint_sends_cross_origin_headers() {
    let world = World::new().await;
    let client = world.client().await;
    for (path, allow) in [
        ("/oauth/v1/token", "POST"),
        ("/oauth/v1/introspect", "POST"),
        ("/oauth/v1/revoke", "POST"),
        ("/oauth/v1/revocations", "GET"),
        ("/oauth/v1/authorize", "GET"),
    ] {
        let answer = preflight(&world, path, "POST").send().await;
        answer.refused(405, "invalid_request");
        assert_eq!(answer.header("allow"), Some(allow), "{path}");
        assert_eq!(cross_origin_headers(&answer), [""; 0], "{path}");
        for answer in [world.get(path).header("origin", PAGE), world.post(path).header("origin", PAGE)] {
            assert_eq!(cross_origin_headers(&answer.send().await), [""; 0], "{path}");
        }
    }
    let issued = world.token_call(&client, &[]).header("origin", PAGE).send().await;
    issued.token();
    assert_eq!(cross_origin_headers(&issued), [""; 0]);
    let nothing = preflight(&world, "/nothing", "GET").send().await;
    nothing.refused(404, "invalid_request");
    assert_eq!(cross_origin_headers(&nothing), [""; 0]);
}

#[tokio::test]
async fn the_documents_of_an_issuer_with_a_path_are_readable_too() {
    let world = World::set_up(Setup { issuer: "https://example.com/tenants/a", ..Setup::default() }).await;
    for path in [
        "/.well-known/oauth-authorization-server/tenants/a",
        "/.well-known/openid-configuration/tenants/a",
        "/tenants/a/.well-known/openid-configuration",
        "/tenants/a/oauth/v1/jwks",
    ] {
        assert_readable(&world.get(path).send().await);
        assert_eq!(preflight(&world, path, "GET").send().await.status, 204, "{path}");
    }
}
