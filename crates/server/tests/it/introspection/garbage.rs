//! A caller that introspects much garbage (decision 0010).

use std::time::Duration;

use jeton_core::model::TokenFormat;

use crate::support::{Client, World, granted, in_both_formats};

/// So many worthless tokens of one kind are looked at in a second.
const MOST: usize = 2_000;

/// `caller` shows garbage until it is told to wait.
async fn flood(world: &World, caller: &Client, garbage: impl Fn(usize) -> String) {
    for number in 0..MOST {
        world.introspect(caller, &garbage(number)).await.inactive();
    }
    assert_refused(world, caller, &garbage(MOST)).await;
}

async fn assert_refused(world: &World, caller: &Client, token: &str) {
    let answer = world.introspect(caller, token).await;
    let description = answer.refused(429, "temporarily_unavailable");
    assert!(description.contains("seen before"), "{description}");
    assert_eq!(answer.header("retry-after"), Some("1"));
    let path = format!("/refusals/{}", answer.json()["error_id"].as_str().unwrap());
    assert_eq!(world.operations(&path).await.json()["reason"], "too_much_garbage");
}

/// The right form and key id, and nothing right behind them.
fn forged(token: &str, number: usize) -> String {
    let end = format!("{number:04}AA");
    format!("{}{end}", &token[..token.len() - end.len()])
}

#[tokio::test]
async fn garbage_without_a_known_key_is_refused_in_the_end_and_new_good_tokens_are_not() {
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
async fn forged_tokens_hold_up_unseen_ones_of_their_format_and_seen_ones_and_other_callers_go_on() {
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
async fn forged_jwts_do_not_hold_up_opaque_tokens() {
    let world = World::new().await;
    let client = world.client().await;
    let signed = world.token(&client).await;
    world.set_format(TokenFormat::Opaque).await;
    let opaque = world.token(&client).await;
    flood(&world, &client, |number| forged(&signed, number)).await;
    world.introspect(&client, &opaque).await.active();
}

#[tokio::test]
async fn dead_tokens_are_no_garbage() {
    let world = World::new().await;
    let caller = world.introspector().await;
    let client = world.client().await;
    let dead = world.token(&client).await;
    world.admin.ungrant(&client.id, &granted("write:me")).await.unwrap();
    world.follow().await;
    for _ in 0..=MOST {
        world.introspect(&caller, &dead).await.inactive();
    }
    let new = world.token(&client).await;
    world.introspect(&caller, &new).await.active();
}
