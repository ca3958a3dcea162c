//! Why a request was refused before client authentication.

use super::reason;
use crate::support::World;

const TOKEN: &str = "/oauth/v1/token";
const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn the_shape_of_a_request_is_explained_with_the_rule_it_breaks() {
    let world = World::new().await;
    let client = world.client().await;
    for (call, rule) in [
        (world.post(TOKEN).body("text/plain", "x"), "RFC 6749 §4.4.2"),
        (world.post(TOKEN).form(&[("scope", "a"), ("scope", "b")]), "RFC 6749 §3.2"),
        (world.post(TOKEN).form(&[("scope", "a")]), "RFC 7662 §2.1"),
        (world.post(TOKEN).body(FORM, "scope=%zz"), "RFC 6749 Appendix B"),
        (world.post(TOKEN).body("application/json", "[]"), "JSON"),
        (world.post(TOKEN).form(&[("x", &"x".repeat(4_097))]), "Limits"),
        (world.post(&format!("{TOKEN}?scope=a")).form(&[]), "RFC 6749 §2.3.1"),
        (world.post(TOKEN).basic(&client).form(&[("client_secret", "x")]), "RFC 6749 §2.3"),
    ] {
        let refusal = call.send().await;
        refusal.refused(400, "invalid_request");
        let known = reason(&world, &refusal, "malformed_request").await;
        assert!(known["rule"].as_str().unwrap().contains(rule), "{rule}: {known}");
        assert_eq!(known["why"], known["error_description"], "the caller gets the same description");
        assert_eq!(known["client_id"], serde_json::Value::Null);
    }
}

#[tokio::test]
async fn another_grant_type_method_path_size_coding_or_host_is_explained() {
    let world = World::new().await;
    let client = world.client().await;
    let another_grant = world.post(TOKEN).basic(&client).form(&[("grant_type", "password")]);
    let too_large = world.post(TOKEN).body(FORM, "x".repeat(65_537));
    let broken = axum::body::Body::from_stream(futures_util::stream::iter([
        Ok("grant_type=".to_owned()),
        Err(std::io::Error::other("cut")),
    ]));
    for (call, status, name) in [
        (another_grant, 400, "unsupported_grant_type"),
        (world.get(TOKEN), 405, "method_not_allowed"),
        (world.get("/nothing"), 404, "no_such_path"),
        (world.get("/oauth/v1/authorize"), 400, "no_authorization_endpoint"),
        (world.post(TOKEN).form(&[]).header("content-encoding", "gzip"), 415, "unsupported_content_coding"),
        (world.post(TOKEN).header("transfer-encoding", "gzip, chunked"), 501, "unsupported_transfer_coding"),
        (world.post(TOKEN).header("transfer-encoding", "chunked, chunked"), 400, "chunked_not_last"),
        (world.post(TOKEN).without_header("host"), 400, "host_missing"),
        (world.post(TOKEN).header("host", "app.example.com"), 400, "host_repeated"),
        (world.post(TOKEN).without_header("host").header("host", "a b"), 400, "host_invalid"),
        (too_large, 413, "body_too_large"),
        (world.post(TOKEN).body(FORM, broken), 400, "body_broken"),
    ] {
        let refusal = call.send().await;
        assert_eq!(refusal.status, status, "{refusal:?}");
        reason(&world, &refusal, name).await;
    }
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_explained() {
    let world = World::new().await;
    tokio::time::pause();
    let never =
        axum::body::Body::from_stream(futures_util::stream::pending::<Result<String, std::io::Error>>());
    let refusal = world.post(TOKEN).body(FORM, never).send().await;
    refusal.refused(408, "invalid_request");
    reason(&world, &refusal, "body_too_slow").await;
}
