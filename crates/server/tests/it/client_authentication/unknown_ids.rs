//! Invented ids cost the node no look-ups, new accounts work at once, and neither blocks the other.

use crate::support::{Client, World, at_once};

async fn with_known_ids() -> World {
    let world = World::new().await;
    world.gateway.server().directory().read_known_ids().await.unwrap();
    world
}

fn invented(like: &Client, number: usize) -> Client {
    Client { id: format!("sa_us_{number:022}"), secret: like.secret.clone() }
}

#[tokio::test]
async fn an_invented_id_is_refused_without_the_store() {
    let world = with_known_ids().await;
    let client = world.client().await;
    let before = world.store.calls();
    for number in 0..60 {
        let refused = world.token_call(&invented(&client, number), &[]).from("203.0.113.9").send().await;
        refused.refused(401, "invalid_client");
    }
    let calls = world.store.calls() - before;
    // Five a second of one network, because such an account may have been created a moment ago.
    assert!(calls <= 10, "{calls}");
}

#[tokio::test]
async fn an_account_that_was_created_a_moment_ago_gets_a_token() {
    let world = with_known_ids().await;
    for number in 0..20 {
        let stranger = invented(&world.client().await, number);
        world.token_call(&stranger, &[]).from("203.0.113.9").send().await.refused(401, "invalid_client");
    }
    // The change feed was not read since.
    let client = world.client().await;
    world.token_call(&client, &[]).from("198.51.100.1").send().await.token();
    // Once it is, no look-up is needed to know that the id exists.
    let other = world.client().await;
    world.gateway.server().directory().follow().await.unwrap();
    world.token_call(&other, &[]).from("203.0.113.9").send().await.token();
}

#[tokio::test]
async fn a_deleted_account_stays_unknown_and_a_new_one_with_its_id_works() {
    let world = with_known_ids().await;
    let client = world.client().await;
    world.token(&client).await;
    world.admin.delete_account(&client.id).await.unwrap();
    world.gateway.server().directory().follow().await.unwrap();
    world.token_call(&client, &[]).send().await.refused(401, "invalid_client");
}

#[tokio::test]
async fn until_the_ids_are_known_one_network_cannot_take_all_look_ups() {
    let world = World::new().await;
    let client = world.client().await;
    world.store.hang();
    let mut waiting = Vec::new();
    let refused = loop {
        let stranger = invented(&client, waiting.len());
        let mut call = Box::pin(world.token_call(&stranger, &[]).from("203.0.113.9").send());
        match at_once(&mut call).await {
            Some(answer) => break answer,
            None => waiting.push(call),
        }
    };
    refused.refused(503, "temporarily_unavailable");
    assert_eq!(waiting.len(), 256);
    let mut other = Box::pin(world.token_call(&client, &[]).from("198.51.100.1").send());
    assert!(at_once(&mut other).await.is_none(), "another network still has places");
}
