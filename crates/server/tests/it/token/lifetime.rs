//! The lifetime of a token.

use std::time::Duration;

use jeton_core::admin::{AccountUpdate, Change, NewAccount, ResourceUpdate, SecretRotation};

use crate::support::{API, Client, World, jwt, uri};

async fn expires_in(world: &World, client: &Client) -> u64 {
    let answer = world.ask(client, &[]).await;
    let claims = jwt::claims(&answer.token());
    let lifetime = answer.json()["expires_in"].as_u64().unwrap();
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), lifetime);
    lifetime
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test]
async fn the_lifetime_of_the_account_precedes_that_of_the_resource_and_the_default() {
    let world = World::with("[tokens]\ndefault_ttl = \"20m\"").await;
    let client = world.client().await;
    assert_eq!(expires_in(&world, &client).await, 1_200);
    let update = ResourceUpdate { token_ttl: Change::Set(seconds(900)), ..ResourceUpdate::default() };
    world.admin.update_resource(&uri(API), &update).await.unwrap();
    world.follow().await;
    assert_eq!(expires_in(&world, &client).await, 900);
    // Longer than the resource's: precedence, not the minimum.
    let update = AccountUpdate { token_ttl: Change::Set(seconds(7_200)), ..AccountUpdate::default() };
    world.admin.update_account(&client.id, &update).await.unwrap();
    world.follow().await;
    assert_eq!(expires_in(&world, &client).await, 7_200);
}

#[tokio::test]
async fn no_token_is_valid_longer_than_its_account() {
    let world = World::new().await;
    let new = NewAccount { expires_in: Some(seconds(100)), ..world.new_account() };
    let client = world.create(new).await;
    assert_eq!(expires_in(&world, &client).await, 100);
    world.pass(seconds(99)).await;
    assert_eq!(expires_in(&world, &client).await, 1);
}

#[tokio::test]
async fn no_token_is_valid_longer_than_its_secret() {
    let world = World::new().await;
    let old = world.client().await;
    let made = world.admin.rotate_secret(&old.id, SecretRotation::after(seconds(600))).await.unwrap();
    world.follow().await;
    let new = old.with_secret(made.secret.unwrap().expose());
    assert_eq!(expires_in(&world, &old).await, 600);
    assert_eq!(expires_in(&world, &new).await, 3_600);
}

#[tokio::test]
async fn the_earlier_expiry_counts() {
    let world = World::new().await;
    let new = NewAccount {
        expires_in: Some(seconds(200)),
        secret_expires_in: Some(seconds(100)),
        token_ttl: Some(seconds(300)),
        ..world.new_account()
    };
    let client = world.create(new).await;
    assert_eq!(expires_in(&world, &client).await, 100);
}
