//! When and from where a secret was last used.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use jeton_core::model::{LastUse, Timestamp};
use jeton_protocol::ClientId;
use tokio::time::{advance, pause, resume, timeout};

use crate::support::{Client, START, World};

/// The last use of the account's first secret in the store.
async fn stored(world: &World, client: &Client) -> Option<LastUse> {
    world.admin.find_account(&client.id).await.unwrap().credentials[0].last_used
}

async fn use_from(world: &World, client: &Client, address: &str) {
    world.token_call(client, &[]).from(address).send().await.token();
}

async fn record(world: &World) {
    world.gateway.server().record_uses().await.unwrap();
}

fn last_use(seconds_after_start: i64, from: &str) -> LastUse {
    LastUse { at: Timestamp::from_unix(START + seconds_after_start), from: from.parse().unwrap() }
}

#[tokio::test]
async fn a_use_is_written_later_and_never_on_the_requests_path() {
    let world = World::new().await;
    let client = world.client().await;
    use_from(&world, &client, "192.0.2.1").await;
    let before = world.store.calls();
    world.clock.pass(Duration::from_mins(1));
    use_from(&world, &client, "::ffff:192.0.2.2").await;
    assert_eq!(world.store.calls(), before);
    assert_eq!(stored(&world, &client).await, None);
    record(&world).await;
    assert_eq!(stored(&world, &client).await, Some(last_use(60, "192.0.2.2")));
    let before = world.store.calls();
    record(&world).await;
    assert_eq!(world.store.calls(), before, "no use is written twice");
}

#[tokio::test]
async fn a_use_from_an_unknown_address_is_recorded_as_unknown() {
    let world = World::new().await;
    let client = world.client().await;
    world.token_call(&client, &[]).without_peer().send().await.token();
    record(&world).await;
    assert_eq!(stored(&world, &client).await, Some(last_use(0, "unknown")));
}

#[tokio::test]
async fn the_first_use_in_a_minute_is_recorded() {
    let world = World::new().await;
    let client = world.client().await;
    use_from(&world, &client, "192.0.2.1").await;
    // The first use was verified by a hash, this one from memory.
    use_from(&world, &client, "192.0.2.2").await;
    record(&world).await;
    world.clock.pass(Duration::from_secs(59));
    use_from(&world, &client, "192.0.2.3").await;
    record(&world).await;
    let noted = stored(&world, &client).await.unwrap();
    assert!([last_use(0, "192.0.2.1"), last_use(0, "192.0.2.2")].contains(&noted), "{noted:?}");
    world.clock.pass(Duration::from_secs(1));
    use_from(&world, &client, "192.0.2.4").await;
    record(&world).await;
    assert_eq!(stored(&world, &client).await, Some(last_use(60, "192.0.2.4")));
}

#[tokio::test]
async fn an_introspection_is_a_use() {
    let world = World::new().await;
    let caller = world.introspector().await;
    world.introspect(&caller, "x").await.inactive();
    record(&world).await;
    assert_eq!(stored(&world, &caller).await, Some(last_use(0, "192.0.2.1")));
}

#[tokio::test]
async fn a_refused_authentication_does_not_count_as_a_use() {
    let world = World::new().await;
    let client = world.client().await;
    world.ask(&client.with_secret(&world.client().await.secret), &[]).await.refused(401, "invalid_client");
    world.admin.disable_account(&client.id).await.unwrap();
    world.follow().await;
    world.ask(&client, &[]).await.refused(401, "invalid_client");
    // Once more from memory.
    world.ask(&client, &[]).await.refused(401, "invalid_client");
    record(&world).await;
    assert_eq!(stored(&world, &client).await, None);
}

#[tokio::test]
async fn recording_a_use_does_not_remove_the_account_from_memory() {
    let world = World::new().await;
    let client = world.client().await;
    // The account was created after the node last followed the change feed.
    world.follow().await;
    world.token(&client).await;
    record(&world).await;
    world.follow().await;
    let id: ClientId = client.id.parse().unwrap();
    assert!(world.gateway.server().directory().cached_account(&id).is_some());
}

#[tokio::test]
async fn uses_during_an_outage_are_written_later_and_delay_no_request() {
    let world = World::new().await;
    let client = world.client().await;
    world.token(&client).await;
    world.store.make_unavailable();
    assert!(world.gateway.server().record_uses().await.is_err());
    world.clock.pass(Duration::from_mins(1));
    use_from(&world, &client, "192.0.2.7").await;
    assert!(world.gateway.server().record_uses().await.is_err());
    world.store.restore();
    record(&world).await;
    assert_eq!(stored(&world, &client).await, Some(last_use(60, "192.0.2.7")));
}

#[tokio::test]
async fn an_aborted_write_loses_no_use() {
    let world = World::new().await;
    let client = world.client().await;
    world.token(&client).await;
    world.store.hang();
    assert!(world.gateway.server().record_uses().now_or_never().is_none());
    world.store.restore();
    record(&world).await;
    assert_eq!(stored(&world, &client).await, Some(last_use(0, "192.0.2.1")));
}

#[tokio::test]
async fn a_node_records_uses_every_twenty_seconds() {
    let world = World::new().await;
    let client = world.client().await;
    let recorder = tokio::spawn(jeton_server::background::record_uses(Arc::clone(&world.gateway)));
    let until_stored = async |expected| while stored(&world, &client).await != expected {};
    world.token(&client).await;
    for round in 0..3 {
        world.clock.pass(Duration::from_mins(1));
        world.token(&client).await;
        pause();
        advance(Duration::from_secs(20)).await;
        resume();
        let expected = Some(last_use(60 * (round + 1), "192.0.2.1"));
        timeout(Duration::from_secs(30), until_stored(expected)).await.unwrap();
    }
    recorder.abort();
}
