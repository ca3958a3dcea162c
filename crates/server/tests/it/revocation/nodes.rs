//! The other nodes of the region.

use http::Method;
use jeton_server::app;

use crate::support::{Answer, Call, Client, in_both_formats};

async fn introspect(node: &axum::Router, caller: &Client, token: &str) -> Answer {
    let call = Call::new(node.clone(), Method::POST, "/oauth/v1/introspect");
    call.basic(caller).form(&[("token", token)]).send().await
}

#[tokio::test]
async fn another_node_hears_of_a_revocation_when_it_follows() {
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
async fn a_revocation_is_heard_also_while_the_catalog_cannot_be_read() {
    in_both_formats(async |world| {
        let client = world.client().await;
        let token = world.token(&client).await;
        let other = world.another_gateway().await;
        let node = app(&other);
        introspect(&node, &client, &token).await.active();
        world.revoke(&client, &token).await.revoked();
        world.store.hide_catalog();
        assert!(other.server().directory().follow().await.is_err());
        introspect(&node, &client, &token).await.inactive();
    })
    .await;
}

#[tokio::test]
async fn many_revocations_at_once_are_all_heard() {
    in_both_formats(async |world| {
        let client = world.client().await;
        let other = world.another_gateway().await;
        let node = app(&other);
        let mut tokens = Vec::new();
        for _ in 0..1_100 {
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
async fn a_backup_that_was_put_back_revives_nothing_at_a_node_that_kept_running() {
    in_both_formats(async |world| {
        let client = world.client().await;
        let (one, two, three) =
            (world.token(&client).await, world.token(&client).await, world.token(&client).await);
        let backup = world.back_up();
        world.revoke(&client, &one).await.revoked();
        world.revoke(&client, &two).await.revoked();
        world.follow().await;
        world.put_back(&backup).await;
        world.follow().await;
        world.introspect(&client, &one).await.inactive();
        world.introspect(&client, &two).await.inactive();
        // The numbers begin anew, and what has a low one is heard all the same.
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
async fn after_a_backup_was_put_back_the_regions_epoch_kills_what_was_revoked_since_it_was_made() {
    in_both_formats(async |world| {
        let client = world.client().await;
        let token = world.token(&client).await;
        let backup = world.back_up();
        world.revoke(&client, &token).await.revoked();
        let administrator = world.put_back(&backup).await;
        let node = world.another_node().await;
        introspect(&node, &client, &token).await.active();
        administrator.revoke_region_tokens().await.unwrap();
        let node = world.another_node().await;
        introspect(&node, &client, &token).await.inactive();
    })
    .await;
}
