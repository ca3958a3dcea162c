//! Properties of all refusals.

use std::collections::BTreeSet;

use insta::assert_json_snapshot;

use super::TOKEN;
use crate::support::World;

#[tokio::test]
async fn a_refusal_says_what_happened_and_what_to_do() {
    let world = World::new().await;
    let client = world.client().await;
    let answer = world.post(TOKEN).basic(&client).form(&[("scope", "read:me")]).send().await;
    answer.refused(400, "invalid_request");
    assert_json_snapshot!(answer.json(), { ".error_id" => "[error_id]" }, @r#"
    {
      "error": "invalid_request",
      "error_description": "The request is missing the parameter grant_type. Add it to the body.",
      "error_id": "[error_id]"
    }
    "#);
}

#[tokio::test]
async fn every_refusal_has_a_unique_error_id_that_begins_with_the_tag_of_the_node() {
    let world = World::new().await;
    let tag = format!("{}-", world.gateway.tag());
    let mut ids = BTreeSet::new();
    for path in [
        "/oauth/v1/token",
        "/oauth/v1/introspect",
        "/oauth/v1/revoke",
        "/oauth/v1/revocations",
        "/oauth/v1/authorize",
        "/nothing",
    ] {
        for _ in 0..5 {
            let body = world.get(path).send().await.json();
            let id = body["error_id"].as_str().unwrap().to_owned();
            assert!(id.starts_with(&tag), "{id}");
            assert!(ids.insert(id), "an id was used twice");
        }
    }
}

#[tokio::test]
async fn the_next_good_request_succeeds_after_every_kind_of_refusal() {
    let world = World::new().await;
    let client = world.client().await;
    let wrong = client.with_secret("wrong");
    for (more, status, error) in [
        (vec![("resource", "relative")], 400, "invalid_target"),
        (vec![("scope", "unheard:of")], 400, "invalid_scope"),
        (vec![("client_assertion", "x")], 400, "invalid_request"),
    ] {
        world.ask(&client, &more).await.refused(status, error);
        world.token(&client).await;
    }
    world.ask(&wrong, &[]).await.refused(401, "invalid_client");
    world.token(&client).await;
}
