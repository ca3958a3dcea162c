//! Failed authentications are answered with the next read of the change feed, and beyond a burst at a fixed rate.

use std::time::Duration;

use futures_util::future::{join, join_all};
use jeton_server::Background;
use tokio::time::Instant;

use crate::support::{World, at_once};

#[tokio::test]
async fn a_flood_of_failures_holds_no_place_in_flight_and_ends_at_the_stop() {
    let world = World::with("[limits]\nin_flight = 2\nfailures = 1000").await;
    let client = world.client().await;
    let wrong = client.with_secret("jtnsk_broken");
    // The first hundred of a network are answered at once.
    let mut waiting = Vec::new();
    while waiting.len() < 20 {
        let mut call = Box::pin(world.token_call(&wrong, &[]).from("203.0.113.9").send());
        if at_once(&mut call).await.is_none() {
            waiting.push(call);
        }
    }
    world.token(&client).await;
    world.token_call(&wrong, &[]).from("198.51.100.1").send().await.refused(401, "invalid_client");
    world.gateway.end_waits();
    for mut call in waiting {
        at_once(&mut call).await.expect("the stop ends the wait").refused(401, "invalid_client");
    }
}

#[tokio::test]
async fn unknown_ids_and_wrong_secrets_are_answered_together_and_correct_ones_at_once() {
    let world = World::with("[limits]\nfailures = 1000").await;
    let client = world.client().await;
    world.token(&client).await;
    let background = Background::start(&world.gateway).unwrap();
    let wrong = client.with_secret(&world.client().await.secret);
    let unknown = world.client().await;
    world.admin.delete_account(&unknown.id).await.unwrap();
    let answered = async |client| {
        world.token_call(client, &[]).send().await.refused(401, "invalid_client");
        Instant::now()
    };
    // Both wait for one read, so they differ by less than the period of the reads.
    for _ in 0..3 {
        let (one, two) = join(answered(&wrong), answered(&unknown)).await;
        let apart = one.max(two) - one.min(two);
        assert!(apart < Duration::from_millis(250), "{apart:?}");
    }
    let mut failures = Box::pin(join_all((0..50).map(|_| world.token_call(&wrong, &[]).send())));
    assert!(at_once(&mut failures).await.is_none(), "they wait for the next read");
    world.token(&client).await;
    for refused in failures.await {
        refused.refused(401, "invalid_client");
    }
    background.stop().await;
}
