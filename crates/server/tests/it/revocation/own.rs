//! The caller's own tokens, and strings that are not tokens of this region.

use std::time::Duration;

use jeton_core::store::RevocationNumber;

use crate::support::{Setup, World, in_both_formats};

#[tokio::test]
async fn a_revoked_token_is_inactive_at_once_for_everyone_here() {
    in_both_formats(async |world| {
        let (client, api) = (world.client().await, world.introspector().await);
        let token = world.token(&client).await;
        world.introspect(&client, &token).await.active();
        world.introspect(&api, &token).await.active();
        world.revoke(&client, &token).await.revoked();
        world.introspect(&client, &token).await.inactive();
        world.introspect(&api, &token).await.inactive();
    })
    .await;
}

#[tokio::test]
async fn revoking_one_of_a_thousand_leaves_999() {
    in_both_formats(async |world| {
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
    })
    .await;
}

#[tokio::test]
async fn a_repeated_revocation_gets_the_same_response_without_a_write() {
    in_both_formats(async |world| {
        let client = world.client().await;
        let token = world.token(&client).await;
        world.revoke(&client, &token).await.revoked();
        let calls = world.store.calls();
        world.revoke(&client, &token).await.revoked();
        assert_eq!(world.store.calls(), calls);
        world.introspect(&client, &token).await.inactive();
    })
    .await;
}

#[tokio::test]
async fn an_expired_or_outdated_token_gets_the_same_response_without_a_write() {
    in_both_formats(async |world| {
        let client = world.client().await;
        let expired = world.token(&client).await;
        // One more minute: until then it may be valid by the clock of another node.
        world.pass(Duration::from_mins(61)).await;
        let older = world.token(&client).await;
        world.admin.revoke_account_tokens(&client.id).await.unwrap();
        world.follow().await;
        world.introspect(&client, &older).await.inactive();
        let calls = world.store.calls();
        for token in [&expired, &older] {
            world.revoke(&client, token).await.revoked();
        }
        assert_eq!(world.store.calls(), calls);
    })
    .await;
}

#[tokio::test]
async fn a_token_that_expired_just_now_is_revoked_for_a_node_whose_clock_is_behind() {
    in_both_formats(async |world| {
        let client = world.client().await;
        let token = world.token(&client).await;
        world.pass(Duration::from_secs(3_600 + 59)).await;
        world.revoke(&client, &token).await.revoked();
        world.clock.set_wall(jeton_core::Clock::now(&*world.clock).unix() - 60);
        world.introspect(&client, &token).await.inactive();
    })
    .await;
}

#[tokio::test]
async fn a_caller_that_revokes_too_many_at_once_is_limited_and_others_are_not() {
    let world = World::new().await;
    let (client, other) = (world.client().await, world.client().await);
    for _ in 0..200 {
        let token = world.token(&client).await;
        world.revoke(&client, &token).await.revoked();
    }
    let one_more = world.token(&client).await;
    let refused = world.revoke(&client, &one_more).await;
    refused.refused(429, "temporarily_unavailable");
    assert_eq!(refused.header("retry-after"), Some("1"));
    world.introspect(&client, &one_more).await.active();
    let theirs = world.token(&other).await;
    world.revoke(&other, &theirs).await.revoked();
    world.pass(Duration::from_secs(1)).await;
    world.revoke(&client, &one_more).await.revoked();
    world.introspect(&client, &one_more).await.inactive();
}

#[tokio::test]
async fn a_string_that_is_not_a_token_of_this_region_gets_the_same_response_without_a_write() {
    in_both_formats(async |world| {
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
        for text in
            [foreign.as_str(), cut, &extended, "garbage", "jtnat_0000", &client.secret, "\u{e9}", "a.b.c"]
        {
            world.revoke(&client, text).await.revoked();
        }
        assert_eq!(world.store.calls(), calls);
        world.introspect(&client, &token).await.active();
    })
    .await;
}

#[tokio::test]
async fn a_revocation_is_stored_with_the_audience_and_the_expiry_of_its_token() {
    in_both_formats(async |world| {
        let client = world.client().await;
        let token = world.token(&client).await;
        let members = world.introspect(&client, &token).await.active();
        world.revoke(&client, &token).await.revoked();
        let listed = world.admin.store().list_revocations(RevocationNumber::default(), 10).await.unwrap();
        let [listed] = listed.tokens.as_slice() else { panic!("{listed:?}") };
        assert_eq!(listed.token.to_string(), members["jti"]);
        assert_eq!(listed.expires_at.unix(), members["exp"]);
        assert_eq!(listed.audience.as_ref().unwrap().as_str(), members["aud"]);
    })
    .await;
}

#[tokio::test]
async fn a_hundred_copies_of_one_revocation_at_once_are_all_answered() {
    in_both_formats(async |world| {
        let client = world.client().await;
        let token = world.token(&client).await;
        let copies = (0..100).map(|_| world.revoke(&client, &token));
        for answer in futures_util::future::join_all(copies).await {
            answer.revoked();
        }
        world.introspect(&client, &token).await.inactive();
    })
    .await;
}
