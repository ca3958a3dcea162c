//! Revocations are removed long after their tokens have expired.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::Clock as _;
use jeton_core::store::RevocationNumber;
use jeton_server::background::prune;

use crate::support::{Client, World};

/// A world with one revoked token with a lifetime of an hour.
async fn scene() -> (World, Client, String) {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    world.revoke(&client, &token).await.revoked();
    (world, client, token)
}

async fn stored(world: &World) -> usize {
    world.admin.store().list_revocations(RevocationNumber::default(), 10).await.unwrap().tokens.len()
}

async fn forget(world: &World) -> u64 {
    // Before, the audit log does not have them.
    world.gateway.server().summarize_revocations().await.unwrap();
    world.gateway.server().remove_expired_revocations().await.unwrap()
}

#[tokio::test]
async fn a_revocation_is_kept_for_25_hours_after_its_token_expired_to_the_second() {
    let (world, ..) = scene().await;
    world.pass(Duration::from_hours(26)).await;
    assert_eq!((forget(&world).await, stored(&world).await), (0, 1));
    world.pass(Duration::from_secs(1)).await;
    assert_eq!((forget(&world).await, stored(&world).await), (1, 0));
}

#[tokio::test]
async fn a_clock_that_is_set_back_by_less_than_25_hours_restores_no_token() {
    let (world, client, token) = scene().await;
    let start = world.clock.now().unix();
    world.clock.set_wall(start + 26 * 3_600 - 1);
    forget(&world).await;
    let late_node = world.another_node().await;
    world.clock.set_wall(start + 3_599);
    world.introspect(&client, &token).await.inactive();
    let there = crate::support::Call::new(late_node, http::Method::POST, "/oauth/v1/introspect");
    there.basic(&client).form(&[("token", &token)]).send().await.inactive();
}

#[tokio::test]
async fn the_token_of_a_removed_revocation_is_expired() {
    let (world, client, token) = scene().await;
    world.pass(Duration::from_hours(27)).await;
    assert_eq!(forget(&world).await, 1);
    world.introspect(&client, &token).await.inactive();
    world.revoke(&client, &token).await.revoked();
    assert_eq!(stored(&world).await, 0);
}

#[tokio::test]
async fn revocations_of_unexpired_tokens_are_kept() {
    let (world, client, _) = scene().await;
    world.pass(Duration::from_hours(26)).await;
    let token = world.token(&client).await;
    world.revoke(&client, &token).await.revoked();
    world.pass(Duration::from_mins(30)).await;
    assert_eq!((forget(&world).await, stored(&world).await), (1, 1));
    world.introspect(&client, &token).await.inactive();
    let node = world.another_node().await;
    let there = crate::support::Call::new(node, http::Method::POST, "/oauth/v1/introspect");
    there.basic(&client).form(&[("token", &token)]).send().await.inactive();
}

/// Not at the start, when the clock of a machine may still be wrong.
#[tokio::test]
async fn the_task_tries_every_ten_minutes_also_after_a_failure() {
    let (world, ..) = scene().await;
    world.store.make_unavailable();
    let calls = world.store.calls();
    // Paused time advances at once.
    tokio::time::pause();
    let task = tokio::spawn(prune(Arc::clone(&world.gateway)));
    tokio::time::sleep(Duration::from_secs(1)).await;
    for tries in 1..=3 {
        tokio::time::sleep(Duration::from_secs(598)).await;
        assert_eq!(world.store.calls() - calls, tries - 1);
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert_eq!(world.store.calls() - calls, tries);
    }
    task.abort();
}
