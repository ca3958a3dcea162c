//! The other nodes of the region.

use http::Method;
use jeton_core::Clock as _;
use jeton_core::model::{Revocation, Timestamp, TokenId};
use jeton_server::app;

use crate::support::{Answer, Call, Client, World, in_both_formats};

async fn introspect(node: &axum::Router, caller: &Client, token: &str) -> Answer {
    let call = Call::new(node.clone(), Method::POST, "/oauth/v1/introspect");
    call.basic(caller).form(&[("token", token)]).send().await
}

#[tokio::test]
async fn another_node_applies_a_revocation_when_it_follows() {
    in_both_formats(async |world| {
        let client = world.client().await;
        let (token, kept) = (world.token(&client).await, world.token(&client).await);
        let other = world.another_gateway().await;
        let node = app(&other);
        introspect(&node, &client, &token).await.active();
        world.revoke(&client, &token).await.revoked();
        other.server().directory().follow().await.unwrap();
        introspect(&node, &client, &token).await.inactive();
        introspect(&node, &client, &kept).await.active();
    })
    .await;
}

#[tokio::test]
async fn a_node_that_starts_later_knows_what_was_revoked() {
    in_both_formats(async |world| {
        let client = world.client().await;
        let (token, kept) = (world.token(&client).await, world.token(&client).await);
        world.revoke(&client, &token).await.revoked();
        let node = world.another_node().await;
        introspect(&node, &client, &token).await.inactive();
        introspect(&node, &client, &kept).await.active();
    })
    .await;
}

#[tokio::test]
async fn a_token_revoked_at_two_nodes_is_revoked() {
    in_both_formats(async |world| {
        let client = world.client().await;
        let token = world.token(&client).await;
        let node = world.another_node().await;
        world.revoke(&client, &token).await.revoked();
        let there = Call::new(node.clone(), Method::POST, "/oauth/v1/revoke");
        there.basic(&client).form(&[("token", &token)]).send().await.revoked();
        introspect(&node, &client, &token).await.inactive();
    })
    .await;
}

#[tokio::test]
async fn a_revocation_is_applied_even_if_the_catalog_cannot_be_read() {
    in_both_formats(async |world| {
        let client = world.client().await;
        let token = world.token(&client).await;
        let other = world.another_gateway().await;
        let node = app(&other);
        introspect(&node, &client, &token).await.active();
        world.revoke(&client, &token).await.revoked();
        // A revocation alone needs no catalog.
        world.admin.create_tenant("customer".parse().unwrap()).await.unwrap();
        world.store.hide_catalog();
        assert!(other.server().directory().follow().await.is_err());
        introspect(&node, &client, &token).await.inactive();
    })
    .await;
}

/// The position of a node says that it has applied everything before it, and commands rely on it.
#[tokio::test]
async fn a_node_that_cannot_read_revocations_does_not_move_past_them() {
    let world = World::new().await;
    let client = world.client().await;
    let other = world.another_gateway().await;
    let (node, directory) = (app(&other), other.server().directory());
    for with_a_change in [false, true] {
        let token = world.token(&client).await;
        introspect(&node, &client, &token).await.active();
        let position = directory.position();
        world.revoke(&client, &token).await.revoked();
        if with_a_change {
            world.admin.create_tenant("customer".parse().unwrap()).await.unwrap();
        }
        // It reads the changes; then its store is gone.
        world.store.make_unavailable_after(1);
        directory.follow().await.unwrap_err();
        assert_eq!(directory.position(), position);
        world.store.restore();
        directory.follow().await.unwrap();
        introspect(&node, &client, &token).await.inactive();
        assert_eq!(directory.position() != position, with_a_change);
    }
}

#[tokio::test]
async fn revocations_of_another_region_are_looked_through_once() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    world.follow().await;
    world.revoke(&client, &token).await.revoked();
    let calls_of_a_follow = async || {
        let calls = world.store.calls();
        world.follow().await;
        world.store.calls() - calls
    };
    assert_eq!(calls_of_a_follow().await, 2);
    assert_eq!(calls_of_a_follow().await, 1);
    let revoked_elsewhere = Revocation {
        token: TokenId::from_bytes([9; 16]),
        client_id: client.id.parse().unwrap(),
        audience: None,
        expires_at: Timestamp::from_unix(i64::from(i32::MAX)),
        revoked_at: world.clock.now(),
    };
    let eu = world.store_of("eu").await;
    eu.add_client_revocations(&[revoked_elsewhere]).await.unwrap();
    assert_eq!(calls_of_a_follow().await, 2);
    assert_eq!(calls_of_a_follow().await, 1);
}

#[tokio::test]
async fn many_revocations_at_once_are_all_applied() {
    in_both_formats(async |world| {
        let client = world.client().await;
        let other = world.another_gateway().await;
        let node = app(&other);
        let mut tokens = Vec::new();
        for number in 0..1_100 {
            if number % 200 == 0 {
                // No caller revokes more in one second.
                world.clock.pass(std::time::Duration::from_secs(1));
            }
            let token = world.token(&client).await;
            world.revoke(&client, &token).await.revoked();
            tokens.push(token);
        }
        other.server().directory().follow().await.unwrap();
        for token in &tokens {
            introspect(&node, &client, token).await.inactive();
        }
    })
    .await;
}

#[tokio::test]
async fn a_restored_backup_restores_no_token_at_a_node_that_kept_running() {
    in_both_formats(async |world| {
        let client = world.client().await;
        let (one, two, three) =
            (world.token(&client).await, world.token(&client).await, world.token(&client).await);
        let backup = world.back_up();
        world.revoke(&client, &one).await.revoked();
        world.revoke(&client, &two).await.revoked();
        world.follow().await;
        world.restore_backup(&backup).await;
        world.follow().await;
        world.introspect(&client, &one).await.inactive();
        world.introspect(&client, &two).await.inactive();
        // The numbers start again, and a revocation with a low number is still followed.
        let other = app(&world.another_gateway().await);
        let there = Call::new(other, Method::POST, "/oauth/v1/revoke");
        there.basic(&client).form(&[("token", &three)]).send().await.revoked();
        world.introspect(&client, &three).await.active();
        world.follow().await;
        world.introspect(&client, &three).await.inactive();
    })
    .await;
}

#[tokio::test]
async fn after_a_restored_backup_the_epoch_of_the_region_revokes_earlier_tokens() {
    in_both_formats(async |world| {
        let client = world.client().await;
        let token = world.token(&client).await;
        let backup = world.back_up();
        world.revoke(&client, &token).await.revoked();
        let administrator = world.restore_backup(&backup).await;
        let node = world.another_node().await;
        introspect(&node, &client, &token).await.active();
        administrator.revoke_region_tokens().await.unwrap();
        let node = world.another_node().await;
        introspect(&node, &client, &token).await.inactive();
    })
    .await;
}
