//! Tokens that are revoked together with their account, tenant or region.

use jeton_core::admin::{NewAccount, SecretRotation};
use jeton_core::model::TokenFormat;

use crate::support::{API, Call, Client, World, granted, in_both_formats, introspecting, token_call};

struct Scene {
    world: World,
    caller: Client,
    client: Client,
    token: String,
}

/// A token of an account of the tenant `buyer` that a caller of another tenant has introspected as active.
async fn scene(world: World) -> Scene {
    let caller = world.introspector().await;
    world.admin.create_tenant("buyer".parse().unwrap()).await.unwrap();
    let client = world.create(NewAccount { tenant: "buyer".parse().unwrap(), ..world.new_account() }).await;
    let token = world.token(&client).await;
    world.introspect(&caller, &token).await.active();
    Scene { world, caller, client, token }
}

impl Scene {
    /// Asserts that the token is inactive, and a new one active.
    async fn assert_only_new_tokens_are_active(&self) {
        self.world.introspect(&self.caller, &self.token).await.inactive();
        let new = self.world.token(&self.client).await;
        self.world.introspect(&self.caller, &new).await.active();
        self.world.introspect(&self.client, &self.token).await.inactive();
    }
}

#[tokio::test]
async fn disabling_an_account_revokes_its_tokens_and_enabling_restores_none() {
    in_both_formats(async |world| {
        let scene = scene(world).await;
        let world = &scene.world;
        world.admin.disable_account(&scene.client.id).await.unwrap();
        world.follow().await;
        world.introspect(&scene.caller, &scene.token).await.inactive();
        world.admin.enable_account(&scene.client.id).await.unwrap();
        world.follow().await;
        scene.assert_only_new_tokens_are_active().await;
    })
    .await;
}

#[tokio::test]
async fn deleting_an_account_revokes_its_tokens() {
    in_both_formats(async |world| {
        let scene = scene(world).await;
        scene.world.admin.delete_account(&scene.client.id).await.unwrap();
        scene.world.follow().await;
        scene.world.introspect(&scene.caller, &scene.token).await.inactive();
    })
    .await;
}

#[tokio::test]
async fn removing_a_grant_revokes_all_tokens_of_the_account() {
    in_both_formats(async |world| {
        let scene = scene(world).await;
        scene.world.admin.ungrant(&scene.client.id, &granted("write:me")).await.unwrap();
        scene.world.follow().await;
        scene.assert_only_new_tokens_are_active().await;
    })
    .await;
}

#[tokio::test]
async fn disabling_a_tenant_revokes_its_tokens_and_enabling_restores_none() {
    in_both_formats(async |world| {
        let scene = scene(world).await;
        let (world, buyer) = (&scene.world, "buyer".parse().unwrap());
        world.admin.disable_tenant(&buyer).await.unwrap();
        world.follow().await;
        world.introspect(&scene.caller, &scene.token).await.inactive();
        world.admin.enable_tenant(&buyer).await.unwrap();
        world.follow().await;
        scene.assert_only_new_tokens_are_active().await;
    })
    .await;
}

#[tokio::test]
async fn barring_a_tenant_revokes_its_tokens_and_allowing_it_restores_none() {
    in_both_formats(async |world| {
        let scene = scene(world).await;
        let (world, buyer) = (&scene.world, "buyer".parse().unwrap());
        world.admin.allow_accounts(&buyer, false).await.unwrap();
        world.follow().await;
        world.introspect(&scene.caller, &scene.token).await.inactive();
        world.admin.allow_accounts(&buyer, true).await.unwrap();
        world.follow().await;
        scene.assert_only_new_tokens_are_active().await;
    })
    .await;
}

#[tokio::test]
async fn other_changes_do_not_revoke_tokens() {
    in_both_formats(async |world| {
        let scene = scene(world).await;
        let world = &scene.world;
        world.admin.grant(&scene.client.id, &granted("admin")).await.unwrap();
        world.admin.grant(&scene.client.id, &introspecting(API)).await.unwrap();
        world
            .admin
            .rotate_secret(&scene.client.id, SecretRotation::after(std::time::Duration::ZERO))
            .await
            .unwrap();
        let neighbour =
            world.create(NewAccount { tenant: "buyer".parse().unwrap(), ..world.new_account() }).await;
        world.admin.disable_account(&neighbour.id).await.unwrap();
        world.follow().await;
        world.introspect(&scene.caller, &scene.token).await.active();
    })
    .await;
}

#[tokio::test]
async fn a_token_with_a_higher_epoch_than_this_node_knows_is_active() {
    in_both_formats(async |world| {
        let scene = scene(world).await;
        let world = &scene.world;
        world.admin.ungrant(&scene.client.id, &granted("write:me")).await.unwrap();
        // The other node starts now, so it has the change.
        let other_node = world.another_node().await;
        let newer = token_call(other_node.clone(), &scene.client, &[]).send().await.token();
        world.introspect(&scene.caller, &newer).await.active();
        world.introspect(&scene.caller, &scene.token).await.active();
        let there = |token: &str| {
            let call = Call::new(other_node.clone(), http::Method::POST, "/oauth/v1/introspect");
            call.basic(&scene.caller).form(&[("token", token)]).send()
        };
        there(&newer).await.active();
        there(&scene.token).await.inactive();
        world.follow().await;
        world.introspect(&scene.caller, &newer).await.active();
        world.introspect(&scene.caller, &scene.token).await.inactive();
    })
    .await;
}

#[tokio::test]
async fn an_epoch_rises_even_if_the_clock_stands_still_or_is_set_back() {
    in_both_formats(async |world| {
        let scene = scene(world).await;
        let world = &scene.world;
        let disable_and_enable = async || {
            world.admin.disable_account(&scene.client.id).await.unwrap();
            world.admin.enable_account(&scene.client.id).await.unwrap();
            world.follow().await;
        };
        disable_and_enable().await;
        scene.assert_only_new_tokens_are_active().await;
        world.clock.set_wall(1_700_000_000);
        let before = world.token(&scene.client).await;
        disable_and_enable().await;
        world.introspect(&scene.caller, &before).await.inactive();
        scene.assert_only_new_tokens_are_active().await;
    })
    .await;
}

#[tokio::test]
async fn every_combination_of_raised_epochs_revokes_older_tokens_and_no_newer_ones() {
    for (raised, format) in (0..8_u8).flat_map(|raised| TokenFormat::ALL.map(|format| (raised, format))) {
        let scene = scene(World::of(format).await).await;
        let world = &scene.world;
        let bystander =
            world.create(NewAccount { tenant: "buyer".parse().unwrap(), ..world.new_account() }).await;
        let stranger = world.client().await;
        let (of_tenant, of_region) = (world.token(&bystander).await, world.token(&stranger).await);
        let (region, tenant, account) = (raised & 1 != 0, raised & 2 != 0, raised & 4 != 0);
        if region {
            world.admin.revoke_region_tokens().await.unwrap();
        }
        if tenant {
            world.admin.revoke_tenant_tokens(&"buyer".parse().unwrap()).await.unwrap();
        }
        if account {
            world.admin.revoke_account_tokens(&scene.client.id).await.unwrap();
        }
        world.follow().await;
        let is_active =
            async |token: &str| world.introspect(&scene.caller, token).await.json()["active"] == true;
        let case = format!("{format:?}, region {region}, tenant {tenant}, account {account}");
        assert_eq!(is_active(&scene.token).await, raised == 0, "{case}");
        assert_eq!(is_active(&of_tenant).await, !region && !tenant, "{case}: another account of the tenant");
        assert_eq!(is_active(&of_region).await, !region, "{case}: another tenant");
        for client in [&scene.client, &bystander, &stranger] {
            let newer = world.token(client).await;
            world.introspect(&scene.caller, &newer).await.active();
        }
    }
}

#[tokio::test]
async fn tokens_can_be_revoked_twice_within_one_second() {
    let scene = scene(World::new().await).await;
    let world = &scene.world;
    for _ in 0..2 {
        let token = world.token(&scene.client).await;
        world.admin.revoke_region_tokens().await.unwrap();
        world.follow().await;
        world.introspect(&scene.caller, &token).await.inactive();
    }
    scene.assert_only_new_tokens_are_active().await;
}

#[tokio::test]
async fn revoking_tokens_does_not_change_accounts_and_secrets() {
    let scene = scene(World::new().await).await;
    let world = &scene.world;
    let before = world.admin.find_account(&scene.client.id).await.unwrap();
    let after = world.admin.revoke_account_tokens(&scene.client.id).await.unwrap();
    assert!(after.epoch > before.epoch);
    let stored = world.admin.find_account(&scene.client.id).await.unwrap();
    let expected = jeton_core::model::Account { epoch: after.epoch, version: before.version + 1, ..before };
    assert_eq!(stored, expected);
}
