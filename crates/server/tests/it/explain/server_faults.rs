//! Refusals that are not about the caller: outages, limits and defects.

use std::time::Duration;

use futures_util::future::poll_immediate;

use super::reason;
use crate::support::World;

#[tokio::test]
async fn an_unavailable_store_is_explained_with_its_own_error() {
    let world = World::new().await;
    let client = world.client().await;
    world.store.make_unavailable();
    let refusal = world.ask(&client, &[]).await;
    refusal.refused(503, "temporarily_unavailable");
    let known = reason(&world, &refusal, "store_unavailable").await;
    assert!(known["facts"]["store"].as_str().unwrap().contains("made unavailable by the test"), "{known}");
    world.clock.pass(Duration::from_hours(1));
    reason(&world, &world.ask(&client, &[]).await, "stale_memory").await;
}

#[tokio::test]
async fn too_many_requests_in_flight_are_explained() {
    let world = World::with("[limits]\nin_flight = 1").await;
    let (client, other) = (world.client().await, world.client().await);
    world.store.hang();
    let mut first = Box::pin(world.ask(&client, &[]));
    assert!(poll_immediate(&mut first).await.is_none());
    reason(&world, &world.ask(&other, &[]).await, "overloaded").await;
}

#[tokio::test]
async fn a_panic_is_explained_as_a_defect() {
    let world = World::new().await;
    let client = world.client().await;
    world.token(&client).await;
    world.clock.break_once();
    let refusal = world.ask(&client, &[]).await;
    refusal.refused(500, "server_error");
    reason(&world, &refusal, "panicked").await;
}
