//! Who may read the feed, and how it is requested.

use http::Method;
use insta::assert_snapshot;

use super::{FEED, call, document, feed, reader};
use crate::support::{API, Call, Client, World, introspecting};

#[tokio::test]
async fn an_account_that_may_introspect_tokens_gets_the_feed() {
    let world = World::new().await;
    let api = world.introspector().await;
    let answer = call(&world, &api, "").send().await;
    document(&answer);
    assert_snapshot!(
        answer.body,
        @r#"{"iss":"https://app.example.com","region_epoch":0,"tenants":{},"accounts":{},"tokens":[],"truncated":false}"#
    );
}

#[tokio::test]
async fn an_account_that_may_introspect_no_tokens_is_403_and_gets_the_reason() {
    let world = World::new().await;
    let client = world.client().await;
    let refusal = call(&world, &client, "").send().await;
    let description = refusal.refused(403, "unauthorized_client");
    assert!(description.contains("is not allowed to introspect"), "{description}");
    let known = crate::explain::reason(&world, &refusal, "no_introspection_right").await;
    let cure = format!("jeton account grant {} --introspect URI", client.id);
    assert!(known["cure"].as_str().unwrap().contains(&cure), "{known}");
    assert_eq!((&known["endpoint"], &known["client_id"]), (&"revocation_feed".into(), &client.id.into()));
}

#[tokio::test]
async fn a_granted_or_removed_right_counts_when_the_node_follows() {
    let world = World::new().await;
    let client = world.client().await;
    call(&world, &client, "").send().await.refused(403, "unauthorized_client");
    world.admin.grant(&client.id, &introspecting(API)).await.unwrap();
    world.follow().await;
    feed(&world, &client).await;
    world.admin.ungrant(&client.id, &introspecting(API)).await.unwrap();
    world.follow().await;
    call(&world, &client, "").send().await.refused(403, "unauthorized_client");
}

#[tokio::test]
async fn an_unauthenticated_caller_is_401() {
    let world = World::new().await;
    let api = world.introspector().await;
    world.get(FEED).send().await.refused(401, "invalid_client");
    call(&world, &api.with_secret("wrong"), "").send().await.refused(401, "invalid_client");
    let unknown_client = Client { id: "nobody".to_owned(), secret: api.secret.clone() };
    call(&world, &unknown_client, "").send().await.refused(401, "invalid_client");
    world.get(FEED).header("authorization", "Bearer x").send().await.refused(401, "invalid_client");
    call(&world, &api, "").raw_basic("a:b").send().await.refused(401, "invalid_client");
    world.admin.disable_account(&api.id).await.unwrap();
    world.follow().await;
    call(&world, &api, "").send().await.refused(401, "invalid_client");
}

#[tokio::test]
async fn credentials_in_the_query_are_refused_with_the_place_where_they_belong() {
    let world = World::new().await;
    let api = world.introspector().await;
    for name in ["client_id", "client_secret", "%63lient_secret", "client_assertion", "client_assertion_type"]
    {
        let answer = call(&world, &api, &format!("?{name}=x")).send().await;
        let description = answer.refused(400, "invalid_request");
        assert!(description.contains("Authorization header"), "{description}");
    }
}

#[tokio::test]
async fn only_get_is_accepted() {
    let world = World::new().await;
    let api = world.introspector().await;
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
        let answer = Call::new(world.app.clone(), method, FEED).basic(&api).send().await;
        answer.refused(405, "invalid_request");
        assert_eq!(answer.header("allow"), Some("GET"));
    }
    let head = Call::new(world.app.clone(), Method::HEAD, FEED).basic(&api).send().await;
    assert_eq!((head.status, head.header("content-type")), (200, Some("application/json")));
}

#[tokio::test]
async fn a_wait_that_is_not_a_number_is_refused_and_unknown_parameters_are_ignored() {
    let world = World::new().await;
    let api = reader(&world, API).await;
    for query in ["?wait=soon", "?wait=-1", "?wait=1&wait=1"] {
        call(&world, &api, query).send().await.refused(400, "invalid_request");
    }
    document(&call(&world, &api, "?token=x&after=7&wait=").send().await);
}
