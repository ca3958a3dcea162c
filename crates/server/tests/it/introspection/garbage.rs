//! A caller that introspects many invalid tokens (decision 0010).

use std::time::Duration;

use jeton_core::model::TokenFormat;

use crate::support::{Client, World, granted, in_both_formats};

/// The number of invalid tokens of one kind that are checked per second.
const LIMIT: usize = 2_000;

/// Introspects garbage as `caller` until it is refused.
async fn flood(world: &World, caller: &Client, garbage: impl Fn(usize) -> String) {
    for number in 0..LIMIT {
        world.introspect(caller, &garbage(number)).await.inactive();
    }
    assert_refused(world, caller, &garbage(LIMIT)).await;
}

async fn assert_refused(world: &World, caller: &Client, token: &str) {
    let answer = world.introspect(caller, token).await;
    let description = answer.refused(429, "temporarily_unavailable");
    assert!(description.contains("seen before"), "{description}");
    assert_eq!(answer.header("retry-after"), Some("1"));
    let path = format!("/refusals/{}", answer.json()["error_id"].as_str().unwrap());
    assert_eq!(world.operations(&path).await.json()["reason"], "too_much_garbage");
}

/// A token with a valid form and key id, and an invalid signature.
fn forged(token: &str, number: usize) -> String {
    let end = format!("{number:04}AA");
    format!("{}{end}", &token[..token.len() - end.len()])
}

#[tokio::test]
async fn garbage_without_a_known_key_is_refused_at_the_limit_and_new_valid_tokens_are_not() {
    in_both_formats(async |world| {
        let caller = world.introspector().await;
        let client = world.client().await;
        let token = world.token(&client).await;
        flood(&world, &caller, |number| format!("garbage {number}")).await;
        for garbage in ["jtnat_AAAA", "a.b.c", &format!("jtnat_{}", "A".repeat(60))] {
            assert_refused(&world, &caller, garbage).await;
        }
        world.introspect(&caller, &token).await.active();
        let new = world.token(&client).await;
        world.introspect(&caller, &new).await.active();
    })
    .await;
}

#[tokio::test]
async fn forged_tokens_block_only_unseen_tokens_of_their_format_and_caller() {
    in_both_formats(async |world| {
        let caller = world.introspector().await;
        let other = world.introspector().await;
        let client = world.client().await;
        let [seen, unseen] = [world.token(&client).await, world.token(&client).await];
        world.introspect(&caller, &seen).await.active();
        flood(&world, &caller, |number| forged(&seen, number)).await;
        assert_refused(&world, &caller, &unseen).await;
        world.introspect(&caller, &seen).await.active();
        world.introspect(&other, &unseen).await.active();
        world.introspect(&other, "garbage").await.inactive();
        world.clock.pass(Duration::from_secs(1));
        world.introspect(&caller, &unseen).await.active();
        world.introspect(&caller, &forged(&seen, 0)).await.inactive();
    })
    .await;
}

#[tokio::test]
async fn forged_jwts_do_not_block_opaque_tokens() {
    let world = World::new().await;
    let client = world.client().await;
    let signed = world.token(&client).await;
    world.set_format(TokenFormat::Opaque).await;
    let opaque = world.token(&client).await;
    flood(&world, &client, |number| forged(&signed, number)).await;
    world.introspect(&client, &opaque).await.active();
}

#[tokio::test]
async fn revoked_tokens_do_not_count_as_garbage() {
    let world = World::new().await;
    let caller = world.introspector().await;
    let client = world.client().await;
    let revoked = world.token(&client).await;
    world.admin.ungrant(&client.id, &granted("write:me")).await.unwrap();
    world.follow().await;
    for _ in 0..=LIMIT {
        world.introspect(&caller, &revoked).await.inactive();
    }
    let new = world.token(&client).await;
    world.introspect(&caller, &new).await.active();
}
