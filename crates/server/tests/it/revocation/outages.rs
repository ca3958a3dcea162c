//! A revocation that is not durable was not made.

use jeton_core::admin::SecretTerms;
use std::time::Duration;

use crate::support::World;

#[tokio::test]
async fn a_store_that_is_away_is_503_and_the_token_lives() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    world.introspect(&client, &token).await.active();
    world.store.take_away();
    world.revoke(&client, &token).await.refused(503, "temporarily_unavailable");
    world.introspect(&client, &token).await.active();
    world.store.bring_back();
    world.revoke(&client, &token).await.revoked();
    world.introspect(&client, &token).await.inactive();
}

#[tokio::test]
async fn a_write_that_never_ends_is_503_within_a_second_and_the_token_lives() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    world.introspect(&client, &token).await.active();
    world.store.hang();
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    world.revoke(&client, &token).await.refused(503, "temporarily_unavailable");
    assert!(began.elapsed() <= Duration::from_secs(1), "{:?}", began.elapsed());
    world.introspect(&client, &token).await.active();
}

#[tokio::test]
async fn a_write_whose_acknowledgement_is_lost_is_503_and_asked_for_again_200() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    world.store.lose_acknowledgements();
    world.revoke(&client, &token).await.refused(503, "temporarily_unavailable");
    world.store.bring_back();
    world.revoke(&client, &token).await.revoked();
    world.introspect(&client, &token).await.inactive();
}

#[tokio::test]
async fn what_needs_no_write_is_answered_also_while_the_store_is_away() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    world.revoke(&client, &token).await.revoked();
    world.store.take_away();
    world.revoke(&client, &token).await.revoked();
    world.revoke(&client, "garbage").await.revoked();
    world.revoke(&client.with_secret("wrong"), "garbage").await.refused(401, "invalid_client");
}

#[tokio::test]
async fn a_memory_that_is_too_old_is_503() {
    let world = World::with("[outage]\nserve_stale_for = \"5m\"").await;
    let client = world.client().await;
    let token = world.token(&client).await;
    world.store.take_away();
    world.clock.pass(Duration::from_secs(301));
    world.revoke(&client, &token).await.refused(503, "temporarily_unavailable");
    world.revoke(&client, "garbage").await.refused(503, "temporarily_unavailable");
}

#[tokio::test]
async fn a_token_whose_account_nobody_can_tell_about_is_503() {
    let world = World::new().await;
    let (owner, other) = (world.client().await, world.client().await);
    let token = world.token(&owner).await;
    world.token(&other).await;
    // The owner is forgotten here, because it was changed.
    world.admin.rotate_secret(&owner.id, Duration::from_mins(1), SecretTerms::default()).await.unwrap();
    world.follow().await;
    world.store.take_away();
    world.revoke(&other, &token).await.refused(503, "temporarily_unavailable");
}

#[tokio::test]
async fn what_was_revoked_elsewhere_during_an_outage_is_heard_after_it() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    let server = world.gateway.server();
    world.store.lose_acknowledgements();
    world.revoke(&client, &token).await.refused(503, "temporarily_unavailable");
    world.store.take_away();
    assert!(server.directory().follow().await.is_err());
    world.introspect(&client, &token).await.active();
    world.store.bring_back();
    world.follow().await;
    world.introspect(&client, &token).await.inactive();
}
