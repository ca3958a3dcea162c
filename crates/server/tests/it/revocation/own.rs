//! The caller's own tokens, and what is no token of ours.

use std::time::Duration;

use jeton_core::store::RevocationNumber;

use crate::support::{Setup, World};

#[tokio::test]
async fn a_revoked_token_is_inactive_at_once_for_everyone_here() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    let token = world.token(&client).await;
    world.introspect(&client, &token).await.active();
    world.introspect(&api, &token).await.active();
    world.revoke(&client, &token).await.revoked();
    world.introspect(&client, &token).await.inactive();
    world.introspect(&api, &token).await.inactive();
}

#[tokio::test]
async fn revoking_one_of_a_thousand_leaves_999() {
    let world = World::new().await;
    let client = world.client().await;
    let mut tokens = Vec::new();
    for _ in 0..1_000 {
        tokens.push(world.token(&client).await);
    }
    world.revoke(&client, &tokens[417]).await.revoked();
    world.follow().await;
    for (number, token) in tokens.iter().enumerate() {
        let answer = world.introspect(&client, token).await;
        if number == 417 { answer.inactive() } else { drop(answer.active()) }
    }
    world.token(&client).await;
}

#[tokio::test]
async fn to_revoke_again_is_answered_the_same_and_writes_nothing() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    world.revoke(&client, &token).await.revoked();
    let calls = world.store.calls();
    world.revoke(&client, &token).await.revoked();
    assert_eq!(world.store.calls(), calls);
    world.introspect(&client, &token).await.inactive();
}

#[tokio::test]
async fn a_token_that_is_dead_by_itself_is_answered_the_same_and_writes_nothing() {
    let world = World::new().await;
    let client = world.client().await;
    let expired = world.token(&client).await;
    world.pass(Duration::from_hours(1)).await;
    let older = world.token(&client).await;
    world.admin.revoke_account_tokens(&client.id).await.unwrap();
    world.follow().await;
    world.introspect(&client, &older).await.inactive();
    let calls = world.store.calls();
    for token in [&expired, &older] {
        world.revoke(&client, token).await.revoked();
    }
    assert_eq!(world.store.calls(), calls);
}

#[tokio::test]
async fn what_is_no_token_of_ours_is_answered_the_same_and_writes_nothing() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    let foreign = {
        let elsewhere = World::set_up(Setup { seed: 8, ..Setup::default() }).await;
        let client = elsewhere.client().await;
        elsewhere.token(&client).await
    };
    let cut = &token[..token.len() - 1];
    let extended = format!("{token}A");
    world.introspect(&client, &token).await.active();
    let calls = world.store.calls();
    for text in [foreign.as_str(), cut, &extended, "garbage", "jtnat_0000", &client.secret, "\u{e9}", "a.b.c"]
    {
        world.revoke(&client, text).await.revoked();
    }
    assert_eq!(world.store.calls(), calls);
    world.introspect(&client, &token).await.active();
}

#[tokio::test]
async fn a_revocation_is_written_down_and_is_a_change_that_others_hear() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    world.revoke(&client, &token).await.revoked();
    let claims = crate::support::jwt::claims(&token);
    let listed = world.admin.store().list_revocations(RevocationNumber::default(), 10).await.unwrap();
    let [listed] = listed.tokens.as_slice() else { panic!("{listed:?}") };
    assert_eq!(listed.token.to_string(), claims["jti"]);
    assert_eq!(listed.expires_at.unix(), claims["exp"]);
    assert_eq!(listed.audience.as_ref().unwrap().as_str(), claims["aud"]);
    let followed = world.gateway.server().directory().follow().await.unwrap();
    let change = followed.applied.last().unwrap();
    assert_eq!((change.subject.kind(), &*change.subject.id()), ("token", claims["jti"].as_str().unwrap()));
}

#[tokio::test]
async fn a_hundred_copies_of_one_revocation_at_once_are_all_answered() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    let copies = (0..100).map(|_| world.revoke(&client, &token));
    for answer in futures_util::future::join_all(copies).await {
        answer.revoked();
    }
    world.introspect(&client, &token).await.inactive();
}
