//! The epochs of accounts, tenants and the region.

use std::time::Duration;

use jeton_core::admin::NewAccount;
use jeton_core::model::TenantName;

use super::{feed, is_revoked, name_digest};
use crate::support::{World, granted};

fn tenant() -> TenantName {
    "default".parse().unwrap()
}

#[tokio::test]
async fn every_action_that_revokes_the_tokens_of_an_account_is_listed_only_for_that_account() {
    let world = World::new().await;
    let (api, bystander) = (world.introspector().await, world.client().await);
    let kept = world.token(&bystander).await;
    for action in ["disable", "ungrant", "delete", "revoke-tokens"] {
        let client = world.client().await;
        let token = world.token(&client).await;
        assert!(!is_revoked(&feed(&world, &api).await, &token), "{action}");
        match action {
            "disable" => drop(world.admin.disable_account(&client.id).await.unwrap()),
            "ungrant" => drop(world.admin.ungrant(&client.id, &granted("write:me")).await.unwrap()),
            "delete" => drop(world.admin.delete_account(&client.id).await.unwrap()),
            _ => drop(world.admin.revoke_account_tokens(&client.id).await.unwrap()),
        }
        world.follow().await;
        let document = feed(&world, &api).await;
        assert!(is_revoked(&document, &token), "{action}");
        assert!(!is_revoked(&document, &kept), "{action}");
    }
    assert_eq!(feed(&world, &api).await.accounts.len(), 4, "no other account");
}

#[tokio::test]
async fn every_action_that_revokes_the_tokens_of_a_tenant_is_listed() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    let token = world.token(&client).await;
    world.admin.revoke_tenant_tokens(&tenant()).await.unwrap();
    world.follow().await;
    assert!(is_revoked(&feed(&world, &api).await, &token));
    let newer = world.token(&client).await;
    assert!(!is_revoked(&feed(&world, &api).await, &newer));
    world.admin.disable_tenant(&tenant()).await.unwrap();
    world.admin.enable_tenant(&tenant()).await.unwrap();
    world.follow().await;
    assert!(is_revoked(&feed(&world, &api).await, &newer));
}

#[tokio::test]
async fn a_rename_hides_no_revocation_of_the_tenant() {
    let world = World::new().await;
    world.admin.create_tenant("buyer".parse().unwrap()).await.unwrap();
    let new = NewAccount { tenant: "buyer".parse().unwrap(), ..world.new_account() };
    let (client, api) = (world.create(new).await, world.introspector().await);
    let before = world.token(&client).await;
    world.admin.revoke_tenant_tokens(&"buyer".parse().unwrap()).await.unwrap();
    world.follow().await;
    let kept = world.token(&client).await;
    world.admin.rename_tenant(&"buyer".parse().unwrap(), &"customer".parse().unwrap()).await.unwrap();
    world.follow().await;
    let after = world.token(&client).await;
    let document = feed(&world, &api).await;
    assert!(is_revoked(&document, &before));
    assert!(!is_revoked(&document, &kept) && !is_revoked(&document, &after));
    world.admin.revoke_tenant_tokens(&"customer".parse().unwrap()).await.unwrap();
    world.follow().await;
    let document = feed(&world, &api).await;
    assert!(is_revoked(&document, &kept) && is_revoked(&document, &after));
}

#[tokio::test]
async fn the_epoch_of_the_region_is_listed() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    let token = world.token(&client).await;
    let epoch = world.admin.revoke_region_tokens().await.unwrap();
    world.follow().await;
    let document = feed(&world, &api).await;
    assert_eq!(document.region_epoch, epoch);
    assert!(is_revoked(&document, &token));
    assert!(!is_revoked(&document, &world.token(&client).await));
}

#[tokio::test]
async fn new_tokens_after_a_revocation_of_all_tokens_are_active() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    let token = world.token(&client).await;
    world.admin.revoke_account_tokens(&client.id).await.unwrap();
    world.follow().await;
    let newer = world.token(&client).await;
    let document = feed(&world, &api).await;
    assert!(is_revoked(&document, &token) && !is_revoked(&document, &newer));
}

#[tokio::test]
async fn new_accounts_are_not_listed() {
    let world = World::new().await;
    let api = world.introspector().await;
    for _ in 0..3 {
        world.client().await;
    }
    world.moved_client("moved", "the-customers-old-secret", "the-customers-old-secret").await;
    assert!(feed(&world, &api).await.accounts.is_empty());
}

#[tokio::test]
async fn an_id_that_is_used_again_does_not_restore_its_old_tokens() {
    let world = World::new().await;
    let api = world.introspector().await;
    let secret = "the-customers-old-secret";
    let moved = world.moved_client("moved", secret, secret).await;
    let token = world.token(&moved).await;
    world.admin.delete_account("moved").await.unwrap();
    // Long enough that, without the old epoch, the epoch of the new account would be the second of its creation.
    world.pass(Duration::from_mins(10)).await;
    let again = world.moved_client("moved", secret, secret).await;
    let newer = world.token(&again).await;
    let document = feed(&world, &api).await;
    assert!(is_revoked(&document, &token) && !is_revoked(&document, &newer));
}

#[tokio::test]
async fn epochs_older_than_the_longest_token_lifetime_are_not_listed() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    world.admin.disable_account(&client.id).await.unwrap();
    world.admin.revoke_tenant_tokens(&tenant()).await.unwrap();
    world.pass(Duration::from_hours(25)).await;
    let document = feed(&world, &api).await;
    assert!(document.accounts.contains_key(&name_digest(&client.id)));
    assert!(document.tenants.contains_key(&name_digest("default")));
    world.pass(Duration::from_mins(2)).await;
    let document = feed(&world, &api).await;
    assert!(document.accounts.is_empty() && document.tenants.is_empty());
}

#[tokio::test]
async fn a_node_that_starts_later_lists_the_same_epochs() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    let token = world.token(&client).await;
    world.admin.delete_account(&client.id).await.unwrap();
    let node = world.another_node().await;
    let answer = crate::support::Call::new(node, http::Method::GET, super::FEED).basic(&api).send().await;
    assert!(is_revoked(&super::document(&answer), &token));
}
