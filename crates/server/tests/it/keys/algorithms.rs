//! Several algorithms at once, and a resource that changes its algorithm.

use std::collections::BTreeSet;
use std::time::Duration;

use jeton_core::admin::ResourceUpdate;
use jeton_core::model::{Algorithm, KeyKind, KeyState};

use super::{in_state, the};
use crate::support::{API, Client, KEPT_FOR, PUBLISHED_FOR, World, jwt, uri};

const SECOND: Duration = Duration::from_secs(1);

async fn choose(world: &World, algorithm: Algorithm) {
    let update = ResourceUpdate { algorithm: Some(algorithm), ..ResourceUpdate::default() };
    world.admin.update_resource(&uri(API), &update).await.unwrap();
    world.maintain_keys().await;
}

async fn algorithm_of_a_token(world: &World, client: &Client) -> String {
    let token = world.token(client).await;
    world.introspect(client, &token).await.active();
    jwt::header(&token)["alg"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_new_algorithm_signs_only_when_every_verifier_can_have_its_key() {
    let world = World::new().await;
    let client = world.client().await;
    choose(&world, Algorithm::EdDsa).await;
    the(&world, KeyKind::Signing(Algorithm::EdDsa), KeyState::Published).await;
    assert_eq!(algorithm_of_a_token(&world, &client).await, "ES256");
    world.clock.pass(PUBLISHED_FOR.saturating_sub(SECOND));
    world.maintain_keys().await;
    assert_eq!(algorithm_of_a_token(&world, &client).await, "ES256");
    world.clock.pass(SECOND);
    world.maintain_keys().await;
    assert_eq!(algorithm_of_a_token(&world, &client).await, "EdDSA");
    the(&world, KeyKind::Signing(Algorithm::EdDsa), KeyState::Published).await;
}

#[tokio::test]
async fn until_then_the_previous_algorithm_signs_even_if_it_is_not_the_default() {
    let world = World::new().await;
    let client = world.client().await;
    choose(&world, Algorithm::Es384).await;
    world.clock.pass(PUBLISHED_FOR);
    world.maintain_keys().await;
    assert_eq!(algorithm_of_a_token(&world, &client).await, "ES384");
    choose(&world, Algorithm::EdDsa).await;
    assert_eq!(algorithm_of_a_token(&world, &client).await, "ES384");
    world.clock.pass(PUBLISHED_FOR);
    world.maintain_keys().await;
    assert_eq!(algorithm_of_a_token(&world, &client).await, "EdDSA");
}

#[tokio::test]
async fn the_keys_of_an_unused_algorithm_retire_and_are_removed() {
    let world = World::new().await;
    let client = world.client().await;
    let kind = KeyKind::Signing(Algorithm::Es384);
    choose(&world, Algorithm::Es384).await;
    world.clock.pass(PUBLISHED_FOR);
    world.maintain_keys().await;
    let token = world.token(&client).await;
    choose(&world, Algorithm::Es256).await;
    the(&world, kind, KeyState::Retiring).await;
    assert_eq!(in_state(&world, kind, KeyState::Published).await.len(), 0);
    world.introspect(&client, &token).await.active();
    world.clock.pass(KEPT_FOR);
    world.maintain_keys().await;
    assert_eq!(in_state(&world, kind, KeyState::Removed).await.len(), 2);
}

#[tokio::test]
async fn the_first_keys_of_a_region_sign_at_once_whatever_their_algorithm() {
    let world = World::new().await;
    for algorithm in Algorithm::ALL {
        let update = ResourceUpdate { algorithm: Some(algorithm), ..ResourceUpdate::default() };
        let resource = format!("https://{algorithm}.example.com").to_lowercase();
        world.add_resource(&resource).await;
        world.admin.update_resource(&uri(&resource), &update).await.unwrap();
    }
    // The resources exist before the other region has had a node.
    let eu = world.first_node_of_another_region().await;
    let catalog = eu.server().directory().catalog();
    assert_eq!(catalog.keys.algorithms().collect::<Vec<_>>(), Algorithm::ALL);
}

/// Two nodes that start at once differ in nothing from this: one of them finds what the other has created until then.
#[tokio::test]
async fn a_node_that_takes_over_among_the_first_keys_makes_the_rest_sign_at_once_too() {
    let algorithms = [Algorithm::Es256, Algorithm::Es384, Algorithm::EdDsa];
    let mut calls = 0;
    loop {
        let world = World::new().await;
        for algorithm in algorithms {
            let update = ResourceUpdate { algorithm: Some(algorithm), ..ResourceUpdate::default() };
            let resource = format!("https://{algorithm}.example.com").to_lowercase();
            world.add_resource(&resource).await;
            world.admin.update_resource(&uri(&resource), &update).await.unwrap();
        }
        let first = world.first_node_of_another_region_with(calls).await;
        let eu = world.first_node_of_another_region().await;
        let signing: BTreeSet<_> = eu.server().directory().catalog().keys.algorithms().collect();
        assert_eq!(signing, BTreeSet::from(algorithms), "after {calls} calls");
        if first.is_ok() {
            break;
        }
        calls += 1;
    }
    assert!(calls > 6, "{calls} calls create no keys");
}
