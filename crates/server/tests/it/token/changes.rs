//! A change applies once the node has followed the change feed.

use std::time::Duration;

use jeton_core::admin::{IfInUse, NewAccount, ResourceUpdate, SecretRotation};

use super::OTHER;
use crate::support::{API, World, granted, granted_on, uri};

#[tokio::test]
async fn a_disabled_account_is_refused_and_an_enabled_one_served_again() {
    let world = World::new().await;
    let client = world.client().await;
    world.token(&client).await;
    world.admin.disable_account(&client.id).await.unwrap();
    world.token(&client).await;
    world.follow().await;
    world.ask(&client, &[]).await.refused(401, "invalid_client");
    world.admin.enable_account(&client.id).await.unwrap();
    world.follow().await;
    world.token(&client).await;
}

#[tokio::test]
async fn an_account_of_a_resource_that_the_node_does_not_know_yet_is_served_at_once() {
    let world = World::new().await;
    let known = world.client().await;
    world.token(&known).await;
    world.admin.create_resource(crate::support::resource(OTHER)).await.unwrap();
    let new = NewAccount { entitlement: granted_on(OTHER, "read:me"), ..world.new_account() };
    let client = world.create(new).await;
    assert_eq!(world.ask(&client, &[("resource", OTHER)]).await.json()["scope"], "read:me");
    world.token(&client).await;
}

#[tokio::test]
async fn a_deleted_account_is_refused() {
    let world = World::new().await;
    let client = world.client().await;
    world.token(&client).await;
    world.admin.delete_account(&client.id).await.unwrap();
    world.follow().await;
    world.ask(&client, &[]).await.refused(401, "invalid_client");
}

#[tokio::test]
async fn all_accounts_of_a_tenant_that_is_disabled_or_may_have_none_are_refused_and_no_others() {
    let world = World::new().await;
    world.admin.create_tenant("buyer".parse().unwrap()).await.unwrap();
    let buyer = "buyer".parse().unwrap();
    let new = NewAccount { tenant: "buyer".parse().unwrap(), ..world.new_account() };
    let client = world.create(new).await;
    let other = world.client().await;
    world.token(&client).await;
    world.token(&other).await;
    world.admin.disable_tenant(&buyer).await.unwrap();
    world.follow().await;
    world.ask(&client, &[]).await.refused(401, "invalid_client");
    world.token(&other).await;
    world.admin.enable_tenant(&buyer).await.unwrap();
    world.follow().await;
    world.token(&client).await;
    world.admin.allow_accounts(&buyer, false).await.unwrap();
    world.follow().await;
    world.ask(&client, &[]).await.refused(401, "invalid_client");
    world.token(&other).await;
}

#[tokio::test]
async fn an_account_created_after_its_first_request_is_served() {
    let world = World::new().await;
    let template = world.client().await;
    let id = "billing-export";
    world.ask(&template.with_id(id), &[]).await.refused(401, "invalid_client");
    let made = world.recreate_with_id(&template, id).await;
    world.follow().await;
    world.token(&made).await;
}

#[tokio::test]
async fn rotation_revocation_and_grants_apply() {
    let world = World::new().await;
    let old = world.client().await;
    world.token(&old).await;
    let made =
        world.admin.rotate_secret(&old.id, SecretRotation::after(Duration::from_mins(1))).await.unwrap();
    world.follow().await;
    let new = old.with_secret(made.secret.unwrap().expose());
    world.token(&new).await;
    let first = made.account.credentials[0].id.clone();
    world.admin.revoke_secret(&old.id, &first, IfInUse::Refuse).await.unwrap();
    world.follow().await;
    world.ask(&old, &[]).await.refused(401, "invalid_client");
    world.admin.grant(&old.id, &granted("admin")).await.unwrap();
    world.follow().await;
    assert_eq!(world.ask(&new, &[]).await.scope(), "admin read:me write:me");
    world.admin.ungrant(&old.id, &granted("admin write:me")).await.unwrap();
    world.follow().await;
    assert_eq!(world.ask(&new, &[]).await.scope(), "read:me");
}

#[tokio::test]
async fn new_and_changed_resources_apply() {
    let world = World::new().await;
    let client = world.client().await;
    world.token(&client).await;
    world.add_resource(OTHER).await;
    world.admin.grant(&client.id, &granted_on(OTHER, "read:me")).await.unwrap();
    let update = ResourceUpdate {
        implies: vec![("read:me".parse().unwrap(), "write:me".parse().unwrap())],
        ..ResourceUpdate::default()
    };
    world.admin.update_resource(&uri(OTHER), &update).await.unwrap();
    world.follow().await;
    assert_eq!(world.ask(&client, &[("resource", OTHER)]).await.scope(), "read:me write:me");
    let everything = granted_on(OTHER, "read:me");
    world.admin.ungrant(&client.id, &everything).await.unwrap();
    world.admin.delete_resource(&uri(OTHER)).await.unwrap();
    world.follow().await;
    world.ask(&client, &[("resource", OTHER)]).await.refused(400, "invalid_target");
    world.ask(&client, &[("resource", API)]).await.token();
}
