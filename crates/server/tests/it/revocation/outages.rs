//! A revocation that is not durable is refused.

use jeton_core::admin::SecretRotation;
use std::time::Duration;

use crate::support::World;

#[tokio::test]
async fn an_unavailable_store_is_503_and_the_token_stays_active() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    world.introspect(&client, &token).await.active();
    world.store.make_unavailable();
    world.revoke(&client, &token).await.refused(503, "temporarily_unavailable");
    world.introspect(&client, &token).await.active();
    world.store.restore();
    world.revoke(&client, &token).await.revoked();
    world.introspect(&client, &token).await.inactive();
}

#[tokio::test]
async fn a_write_that_never_ends_is_503_of_unknown_outcome_within_a_second_and_the_token_stays_active() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    world.introspect(&client, &token).await.active();
    world.store.hang();
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    let described = world.revoke(&client, &token).await.refused(503, "temporarily_unavailable");
    assert!(began.elapsed() <= Duration::from_secs(1), "{:?}", began.elapsed());
    assert!(described.contains("It is not known whether the token was revoked."), "{described}");
    world.introspect(&client, &token).await.active();
}

#[tokio::test]
async fn a_write_whose_acknowledgement_is_lost_is_503_and_its_retry_200() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    world.store.lose_acknowledgements();
    world.revoke(&client, &token).await.refused(503, "temporarily_unavailable");
    world.store.restore();
    world.revoke(&client, &token).await.revoked();
    world.introspect(&client, &token).await.inactive();
}

#[tokio::test]
async fn a_revocation_that_needs_no_write_is_answered_during_an_outage() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    world.revoke(&client, &token).await.revoked();
    world.store.make_unavailable();
    world.revoke(&client, &token).await.revoked();
    world.revoke(&client, "garbage").await.revoked();
    world.revoke(&client.with_secret("wrong"), "garbage").await.refused(401, "invalid_client");
}

#[tokio::test]
async fn stale_memory_is_503() {
    let world = World::with("[outage]\nserve_stale_for = \"5m\"").await;
    let client = world.client().await;
    let token = world.token(&client).await;
    world.store.make_unavailable();
    world.clock.pass(Duration::from_secs(301));
    world.revoke(&client, &token).await.refused(503, "temporarily_unavailable");
    world.revoke(&client, "garbage").await.refused(503, "temporarily_unavailable");
}

#[tokio::test]
async fn a_token_whose_account_cannot_be_read_is_503() {
    let world = World::new().await;
    let (owner, other) = (world.client().await, world.client().await);
    let token = world.token(&owner).await;
    world.token(&other).await;
    // The owner is no longer in memory, because it was changed.
    world.admin.rotate_secret(&owner.id, SecretRotation::after(Duration::from_mins(1))).await.unwrap();
    world.follow().await;
    world.store.make_unavailable();
    world.revoke(&other, &token).await.refused(503, "temporarily_unavailable");
}

#[tokio::test]
async fn a_revocation_during_an_outage_is_applied_after_it() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    let server = world.gateway.server();
    world.store.lose_acknowledgements();
    world.revoke(&client, &token).await.refused(503, "temporarily_unavailable");
    world.store.make_unavailable();
    assert!(server.directory().follow().await.is_err());
    world.introspect(&client, &token).await.active();
    world.store.restore();
    world.follow().await;
    world.introspect(&client, &token).await.inactive();
}
