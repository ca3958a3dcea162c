//! The store does not answer.

use std::time::Duration;

use super::{call, etag, feed, is_revoked, poll, until_waiting};
use crate::support::World;

const FIVE_MINUTES: &str = "[outage]\nserve_stale_for = \"5m\"";

#[tokio::test]
async fn a_node_with_stale_memory_does_not_answer_unchanged() {
    let world = World::with(FIVE_MINUTES).await;
    let api = world.introspector().await;
    let tag = etag(&call(&world, &api, "").send().await).to_owned();
    let waiting = tokio::spawn(poll(&world, &api, &tag, "?wait=25").send());
    until_waiting(&world, 1).await;
    world.store.make_unavailable();
    world.clock.pass(Duration::from_mins(5));
    feed(&world, &api).await;
    world.clock.pass(Duration::from_secs(1));
    call(&world, &api, "").send().await.refused(503, "temporarily_unavailable");
    // Paused time advances at once.
    tokio::time::pause();
    waiting.await.unwrap().refused(503, "temporarily_unavailable");
}

#[tokio::test]
async fn a_revocation_that_was_not_stored_is_not_listed() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    let token = world.token(&client).await;
    feed(&world, &api).await;
    world.store.make_unavailable();
    world.revoke(&client, &token).await.refused(503, "temporarily_unavailable");
    assert!(!is_revoked(&feed(&world, &api).await, &token));
    world.store.restore();
    world.revoke(&client, &token).await.revoked();
    assert!(is_revoked(&feed(&world, &api).await, &token));
}

#[tokio::test]
async fn a_restored_backup_removes_no_token_from_the_feed_of_a_node_that_kept_running() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    let token = world.token(&client).await;
    let backup = world.back_up();
    world.revoke(&client, &token).await.revoked();
    world.follow().await;
    world.restore_backup(&backup).await;
    world.follow().await;
    assert!(is_revoked(&feed(&world, &api).await, &token));
}
