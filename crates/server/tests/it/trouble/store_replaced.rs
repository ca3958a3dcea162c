//! The database file was replaced after it was opened: cached data must not be used, and only a restart helps.

use crate::explain::reason;
use crate::support::World;

#[tokio::test]
async fn after_the_next_poll_every_answer_from_memory_is_503() {
    let world = World::new().await;
    let (client, caller) = (world.client().await, world.introspector().await);
    let token = world.token(&client).await;
    world.introspect(&caller, &token).await.active();
    world.store.replace_file();
    assert!(world.gateway.server().directory().follow().await.is_err());
    world.ask(&client, &[]).await.refused(503, "temporarily_unavailable");
    world.ask(&client.with_secret("wrong"), &[]).await.refused(503, "temporarily_unavailable");
    world.introspect(&caller, &token).await.refused(503, "temporarily_unavailable");
    world.revoke(&client, &token).await.refused(503, "temporarily_unavailable");
}

#[tokio::test]
async fn the_node_is_not_ready_says_why_and_is_healthy() {
    let world = World::new().await;
    assert_eq!(world.operations("/readyz").await.status, 200);
    world.store.replace_file();
    assert!(world.gateway.server().directory().follow().await.is_err());
    let answer = world.operations("/readyz").await;
    assert_eq!(answer.status, 503);
    let reasons = &answer.body;
    assert!(reasons.contains("jeton.db was replaced or deleted") && reasons.contains("restart"), "{reasons}");
    assert_eq!(world.operations("/healthz").await.status, 200);
}

#[tokio::test]
async fn the_node_stays_so_even_if_the_file_is_restored() {
    let world = World::new().await;
    let client = world.client().await;
    world.token(&client).await;
    world.store.replace_file();
    assert!(world.gateway.server().directory().follow().await.is_err());
    world.store.restore();
    world.follow().await;
    world.ask(&client, &[]).await.refused(503, "temporarily_unavailable");
    assert_eq!(world.operations("/readyz").await.status, 503);
}

#[tokio::test]
async fn the_refusal_is_explained_before_and_after_the_poll() {
    let world = World::new().await;
    let client = world.client().await;
    world.store.replace_file();
    reason(&world, &world.ask(&client, &[]).await, "store_replaced").await;
    assert!(world.gateway.server().directory().follow().await.is_err());
    let known = reason(&world, &world.ask(&client, &[]).await, "store_replaced").await;
    assert!(known["facts"]["store"].as_str().unwrap().contains("jeton.db"), "{known}");
}

#[tokio::test]
async fn a_malformed_request_is_still_400() {
    let world = World::new().await;
    let client = world.client().await;
    world.store.replace_file();
    assert!(world.gateway.server().directory().follow().await.is_err());
    world.post("/oauth/v1/token").basic(&client).form(&[]).send().await.refused(400, "invalid_request");
}
