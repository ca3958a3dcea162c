//! Polling: the entity tag, and long polls.

use std::time::Duration;

use futures_util::future::poll_immediate;
use tokio::time::Instant;

use super::{OTHER, call, document, etag, is_revoked, poll, reader, unchanged, until_waiting};
use crate::support::{API, Client, World, introspecting};

/// A world with a client, a reader, and the tag of the reader's document.
async fn scene() -> (World, Client, Client, String) {
    scene_with("").await
}

async fn scene_with(extra: &'static str) -> (World, Client, Client, String) {
    let world = World::with(extra).await;
    world.add_resource(OTHER).await;
    let (client, api) = (world.client().await, world.introspector().await);
    world.token(&client).await;
    let tag = etag(&call(&world, &api, "").send().await).to_owned();
    (world, client, api, tag)
}

#[tokio::test]
async fn the_document_that_the_caller_has_is_304_and_another_one_200() {
    let (world, client, api, tag) = scene().await;
    for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
        unchanged(&poll(&world, &api, &known, "").send().await, &tag);
    }
    document(&poll(&world, &api, "\"x\"", "").send().await);
    let token = world.token(&client).await;
    world.revoke(&client, &token).await.revoked();
    let changed = poll(&world, &api, &tag, "").send().await;
    assert!(is_revoked(&document(&changed), &token));
    assert_ne!(etag(&changed), tag);
}

#[tokio::test]
async fn a_caller_that_has_another_document_does_not_wait() {
    let (world, _, api, _) = scene().await;
    for held_back in [call(&world, &api, "?wait=25"), poll(&world, &api, "\"x\"", "?wait=25")] {
        document(&poll_immediate(Box::pin(held_back.send())).await.expect("at once"));
    }
}

#[tokio::test]
async fn a_long_poll_is_answered_when_a_token_is_revoked() {
    let (world, client, api, tag) = scene().await;
    let token = world.token(&client).await;
    let waiting = tokio::spawn(poll(&world, &api, &tag, "?wait=25").send());
    until_waiting(&world, 1).await;
    assert!(!waiting.is_finished());
    world.revoke(&client, &token).await.revoked();
    assert!(is_revoked(&document(&waiting.await.unwrap()), &token));
    until_waiting(&world, 0).await;
}

#[tokio::test]
async fn a_long_poll_is_answered_when_the_node_follows_a_raised_epoch() {
    let (world, client, api, _) = scene().await;
    for level in ["account", "tenant", "region"] {
        let token = world.token(&client).await;
        let tag = etag(&call(&world, &api, "").send().await).to_owned();
        let waiting = tokio::spawn(poll(&world, &api, &tag, "?wait=25").send());
        until_waiting(&world, 1).await;
        match level {
            "account" => drop(world.admin.revoke_account_tokens(&client.id).await.unwrap()),
            "tenant" => drop(world.admin.revoke_tenant_tokens(&"default".parse().unwrap()).await.unwrap()),
            _ => drop(world.admin.revoke_region_tokens().await.unwrap()),
        }
        world.follow().await;
        assert!(is_revoked(&document(&waiting.await.unwrap()), &token), "{level}");
    }
}

#[tokio::test]
async fn a_change_for_other_callers_does_not_answer_a_long_poll() {
    let (world, client, ..) = scene().await;
    let other = reader(&world, OTHER).await;
    let tag = etag(&call(&world, &other, "").send().await).to_owned();
    let token = world.token(&client).await;
    let waiting = tokio::spawn(poll(&world, &other, &tag, "?wait=25").send());
    until_waiting(&world, 1).await;
    world.revoke(&client, &token).await.revoked();
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(!waiting.is_finished());
    world.gateway.end_waits();
    unchanged(&waiting.await.unwrap(), &tag);
}

#[tokio::test]
async fn without_a_change_the_answer_is_304_after_the_wait_and_25_seconds_at_the_latest() {
    let (world, _, api, tag) = scene().await;
    // Paused time advances at once.
    tokio::time::pause();
    for (query, seconds) in [("?wait=7", 7), ("?wait=25", 25), ("?wait=3600", 25), ("?wait=0", 0)] {
        let began = Instant::now();
        unchanged(&poll(&world, &api, &tag, query).send().await, &tag);
        assert_eq!(began.elapsed().as_secs(), seconds, "{query}");
    }
}

#[tokio::test]
async fn long_polls_do_not_count_as_requests_in_flight() {
    // One for the revocation, which wakes the polls before it is answered, and one for them.
    let (world, client, api, tag) = scene_with("[limits]\nin_flight = 2").await;
    let waiting: Vec<_> =
        (0..20).map(|_| tokio::spawn(poll(&world, &api, &tag, "?wait=25").send())).collect();
    until_waiting(&world, 20).await;
    let token = world.token(&client).await;
    world.revoke(&client, &token).await.revoked();
    for poll in waiting {
        assert!(is_revoked(&document(&poll.await.unwrap()), &token));
    }
}

#[tokio::test]
async fn at_the_stop_all_long_polls_are_answered_and_new_ones_do_not_wait() {
    let (world, _, api, tag) = scene().await;
    let waiting = [0, 1, 2].map(|_| tokio::spawn(poll(&world, &api, &tag, "?wait=25").send()));
    until_waiting(&world, 3).await;
    world.gateway.end_waits();
    for poll in waiting {
        unchanged(&poll.await.unwrap(), &tag);
    }
    tokio::time::pause();
    let began = Instant::now();
    unchanged(&poll(&world, &api, &tag, "?wait=25").send().await, &tag);
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test]
async fn a_caller_that_loses_its_right_during_a_long_poll_gets_no_document() {
    let (world, _, api, tag) = scene().await;
    let waiting = tokio::spawn(poll(&world, &api, &tag, "?wait=25").send());
    until_waiting(&world, 1).await;
    world.admin.ungrant(&api.id, &introspecting(API)).await.unwrap();
    world.follow().await;
    waiting.await.unwrap().refused(403, "unauthorized_client");

    let another = reader(&world, API).await;
    let tag = etag(&call(&world, &another, "").send().await).to_owned();
    let waiting = tokio::spawn(poll(&world, &another, &tag, "?wait=25").send());
    until_waiting(&world, 1).await;
    world.admin.disable_account(&another.id).await.unwrap();
    world.follow().await;
    waiting.await.unwrap().refused(401, "invalid_client");
}

#[tokio::test]
async fn responses_are_counted_and_their_waiting_time_is_not_measured() {
    let (world, _, api, tag) = scene().await;
    let timed = |metrics: &str| {
        let lines = metrics.lines().filter(|line| line.starts_with("jeton_request_duration_seconds_count"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let before = timed(&world.operations("/metrics").await.body);
    unchanged(&poll(&world, &api, &tag, "").send().await, &tag);
    let metrics = world.operations("/metrics").await.body;
    for line in [
        r#"jeton_requests_total{endpoint="revocation_feed",outcome="answered"} 1"#,
        r#"jeton_requests_total{endpoint="revocation_feed",outcome="unchanged"} 1"#,
    ] {
        assert!(metrics.lines().any(|have| have == line), "{line} is not in\n{metrics}");
    }
    assert_eq!(timed(&metrics), before);
}
