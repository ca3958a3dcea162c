//! A store that rejects writes: tokens are issued, `/readyz` says what fails and since when, and the node recovers.

use std::time::Duration;

use super::{scrape, value};
use crate::support::World;

#[tokio::test]
async fn tokens_are_issued_and_readiness_says_what_fails_and_since_when() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    let ready = world.operations("/readyz").await;
    assert_eq!((ready.status, ready.body.as_str()), (200, "ready\n"));

    world.store.refuse_writes();
    let first = world.clock.text();
    world.gateway.server().record_uses().await.unwrap_err();
    world.pass(Duration::from_mins(2)).await;
    let second = world.clock.text();
    world.revoke(&client, &token).await.refused(503, "temporarily_unavailable");
    world.gateway.server().record_uses().await.unwrap_err();
    world.token(&client).await;
    world.introspect(&client, &token).await.active();

    let degraded = world.operations("/readyz").await;
    assert_eq!(degraded.status, 200);
    assert_eq!(
        degraded.body,
        format!(
            "ready\ndegraded: writes to the database fail: client revocations (since {second}), \
             last uses of secrets (since {first})\n"
        )
    );
    assert_eq!(value(&scrape(&world, None).await.body, "jeton_store_write_failures_total"), 3.0);
}

#[tokio::test]
async fn the_node_recovers_by_itself_once_writes_succeed() {
    let world = World::new().await;
    let client = world.client().await;
    world.token(&client).await;
    world.store.refuse_writes();
    let server = world.gateway.server();
    server.record_uses().await.unwrap_err();
    server.node().retry_writing().await.unwrap_err();
    assert!(world.operations("/readyz").await.body.contains("degraded: "));
    world.store.restore();
    assert!(server.node().retry_writing().await.unwrap());
    assert_eq!(world.operations("/readyz").await.body, "ready\n");
    let before = world.store.calls();
    assert!(!server.node().retry_writing().await.unwrap());
    assert_eq!(world.store.calls(), before, "no retry while no write fails");
    assert_eq!(value(&scrape(&world, None).await.body, "jeton_store_write_failures_total"), 1.0);
}

#[tokio::test]
async fn each_failing_write_is_named() {
    let world = World::new().await;
    let client = world.client_with_imported("an-imported-secret-0123456789").await;
    let token = world.token(&client).await;
    world.store.refuse_writes();
    let server = world.gateway.server();
    server.record_uses().await.unwrap_err();
    server.remove_expired_revocations().await.unwrap_err();
    world.store.restore();
    world.revoke(&client, &token).await.revoked();
    world.store.refuse_writes();
    server.summarize_revocations().await.unwrap_err();
    world.clock.pass(Duration::from_hours(24 * 91));
    server.node().maintain_keys().await.unwrap_err();
    let body = world.operations("/readyz").await.body;
    world.store.restore();
    world.follow().await;
    let again = world.operations("/readyz").await.body;
    assert!(body.starts_with("the store has been unavailable"), "{body}");
    for write in [
        "last uses of secrets",
        "removal of expired revocations",
        "summaries of client revocations",
        "key maintenance",
    ] {
        assert!(again.contains(&format!("{write} (since ")), "{again}");
    }
}
