//! The epochs of accounts, tenants and the region.

use std::time::Duration;

use jeton_core::model::TenantName;

use super::{feed, is_dead, name_digest};
use crate::support::{World, granted};

fn tenant() -> TenantName {
    "default".parse().unwrap()
}

#[tokio::test]
async fn whatever_kills_the_tokens_of_an_account_is_told_and_those_of_others_live() {
    let world = World::new().await;
    let (api, bystander) = (world.introspector().await, world.client().await);
    let kept = world.token(&bystander).await;
    for action in ["disable", "ungrant", "delete", "revoke-tokens"] {
        let client = world.client().await;
        let token = world.token(&client).await;
        assert!(!is_dead(&feed(&world, &api).await, &token), "{action}");
        match action {
            "disable" => drop(world.admin.disable_account(&client.id).await.unwrap()),
            "ungrant" => drop(world.admin.ungrant(&client.id, &granted("write:me")).await.unwrap()),
            "delete" => drop(world.admin.delete_account(&client.id).await.unwrap()),
            _ => drop(world.admin.revoke_account_tokens(&client.id).await.unwrap()),
        }
        world.follow().await;
        let told = feed(&world, &api).await;
        assert!(is_dead(&told, &token), "{action}");
        assert!(!is_dead(&told, &kept), "{action}");
    }
    assert_eq!(feed(&world, &api).await.accounts.len(), 4, "and of no other account");
}

#[tokio::test]
async fn whatever_kills_the_tokens_of_a_tenant_is_told() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    let token = world.token(&client).await;
    world.admin.revoke_tenant_tokens(&tenant()).await.unwrap();
    world.follow().await;
    assert!(is_dead(&feed(&world, &api).await, &token));
    let newer = world.token(&client).await;
    assert!(!is_dead(&feed(&world, &api).await, &newer));
    world.admin.disable_tenant(&tenant()).await.unwrap();
    world.admin.enable_tenant(&tenant()).await.unwrap();
    world.follow().await;
    assert!(is_dead(&feed(&world, &api).await, &newer));
}

#[tokio::test]
async fn the_regions_epoch_is_told() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    let token = world.token(&client).await;
    let epoch = world.admin.revoke_region_tokens().await.unwrap();
    world.follow().await;
    let told = feed(&world, &api).await;
    assert_eq!(told.region_epoch, epoch);
    assert!(is_dead(&told, &token));
    assert!(!is_dead(&told, &world.token(&client).await));
}

#[tokio::test]
async fn a_client_that_gets_new_tokens_after_all_its_old_ones_were_revoked_is_believed_again() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    let token = world.token(&client).await;
    world.admin.revoke_account_tokens(&client.id).await.unwrap();
    world.follow().await;
    let newer = world.token(&client).await;
    let told = feed(&world, &api).await;
    assert!(is_dead(&told, &token) && !is_dead(&told, &newer));
}

#[tokio::test]
async fn accounts_that_are_new_are_not_told() {
    let world = World::new().await;
    let api = world.introspector().await;
    for _ in 0..3 {
        world.client().await;
    }
    world.moved_client("moved", "the-customers-old-secret", "the-customers-old-secret").await;
    assert!(feed(&world, &api).await.accounts.is_empty());
}

#[tokio::test]
async fn an_id_that_comes_back_brings_back_none_of_the_tokens_it_had() {
    let world = World::new().await;
    let api = world.introspector().await;
    let secret = "the-customers-old-secret";
    let moved = world.moved_client("moved", secret, secret).await;
    let token = world.token(&moved).await;
    world.admin.delete_account("moved").await.unwrap();
    // Long enough that the new account's epoch is the second of its creation, were it not for the old one.
    world.pass(Duration::from_mins(10)).await;
    let again = world.moved_client("moved", secret, secret).await;
    let newer = world.token(&again).await;
    let told = feed(&world, &api).await;
    assert!(is_dead(&told, &token) && !is_dead(&told, &newer));
}

#[tokio::test]
async fn what_was_raised_longer_ago_than_any_token_lives_is_not_told() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    world.admin.disable_account(&client.id).await.unwrap();
    world.admin.revoke_tenant_tokens(&tenant()).await.unwrap();
    world.pass(Duration::from_hours(25)).await;
    let told = feed(&world, &api).await;
    assert!(told.accounts.contains_key(&name_digest(&client.id)));
    assert!(told.tenants.contains_key(&name_digest("default")));
    world.pass(Duration::from_mins(2)).await;
    let told = feed(&world, &api).await;
    assert!(told.accounts.is_empty() && told.tenants.is_empty());
}

#[tokio::test]
async fn a_node_that_starts_later_tells_the_same_epochs() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    let token = world.token(&client).await;
    world.admin.delete_account(&client.id).await.unwrap();
    let node = world.another_node().await;
    let answer = crate::support::Call::new(node, http::Method::GET, super::FEED).basic(&api).send().await;
    assert!(is_dead(&super::told(&answer), &token));
}
