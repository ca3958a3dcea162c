//! The store does not answer.

use std::time::Duration;

use tokio::time::Instant;

use super::{call, etag, feed, is_revoked, poll, unchanged, until_waiting};
use crate::support::World;

const FIVE_MINUTES: &str = "[outage]\nserve_stale_for = \"5m\"";

#[tokio::test]
async fn a_node_that_has_not_read_the_change_feed_for_two_seconds_answers_503() {
    let world = World::with(FIVE_MINUTES).await;
    let (client, api) = (world.client().await, world.introspector().await);
    world.token(&client).await;
    let tag = etag(&call(&world, &api, "").send().await).to_owned();
    world.store.make_unavailable();
    world.clock.pass(Duration::from_millis(1_750));
    feed(&world, &api).await;
    unchanged(&poll(&world, &api, &tag, "").send().await, &tag);
    world.clock.pass(Duration::from_millis(1));
    for request in
        [call(&world, &api, ""), poll(&world, &api, &tag, ""), poll(&world, &api, &tag, "?wait=25")]
    {
        let answer = request.send().await;
        answer.refused(503, "temporarily_unavailable");
        assert_eq!(answer.header("retry-after"), Some("2"));
        crate::explain::reason(&world, &answer, "stale_revocation_feed").await;
    }
    // Tokens are still issued from memory.
    world.token(&client).await;
    world.store.restore();
    world.follow().await;
    unchanged(&poll(&world, &api, &tag, "").send().await, &tag);
}

#[tokio::test]
async fn a_waiting_request_is_answered_503_when_the_node_no_longer_reads_the_change_feed() {
    let world = World::with(FIVE_MINUTES).await;
    let api = world.introspector().await;
    let tag = etag(&call(&world, &api, "").send().await).to_owned();
    let waiting = tokio::spawn(poll(&world, &api, &tag, "?wait=25").send());
    until_waiting(&world, 1).await;
    world.store.make_unavailable();
    world.clock.pass(Duration::from_secs(2));
    // Paused time advances at once.
    tokio::time::pause();
    let began = Instant::now();
    waiting.await.unwrap().refused(503, "temporarily_unavailable");
    assert!(began.elapsed() < Duration::from_secs(2));
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
