//! Answers about inactive tokens are paced beyond a burst, all alike, and answers about active ones are not (decision
//! 0010).

use std::time::Duration;

use jeton_core::admin::NewAccount;
use tokio::time::{Instant, pause};

use crate::support::{Client, World, at_once, granted_on};

/// A caller that may introspect, and a client with a token that the caller has not introspected yet.
struct Scene {
    world: World,
    caller: Client,
    client: Client,
    token: String,
}

async fn scene() -> Scene {
    scene_in(World::new().await).await
}

/// From here on, time passes only while everything waits: the speed of the machine does not matter.
async fn scene_in(world: World) -> Scene {
    let (caller, client) = (world.introspector().await, world.client().await);
    let token = world.token(&client).await;
    world.introspect(&caller, "garbage").await.inactive();
    pause();
    Scene { world, caller, client, token }
}

impl Scene {
    /// The token with another signature.
    fn forged(&self, number: usize) -> String {
        let end = format!("{number:06}AA");
        format!("{}{end}", &self.token[..self.token.len() - end.len()])
    }

    /// Introspects inactive tokens until the burst is used up.
    async fn use_up_burst(&self) {
        for number in 0..BURST {
            // Two kinds of garbage, so that neither reaches its limit.
            let token = if number % 2 == 0 { self.forged(number) } else { format!("garbage {number}") };
            let mut call = Box::pin(self.world.introspect(&self.caller, &token));
            if at_once(&mut call).await.is_none() {
                return;
            }
        }
        panic!("{BURST} answers did not wait");
    }
}

#[tokio::test]
async fn a_flood_of_forged_tokens_holds_no_place_in_flight_and_delays_neither_valid_tokens_nor_other_callers()
{
    let scene = scene_in(World::with("[limits]\nin_flight = 2").await).await;
    let world = &scene.world;
    scene.use_up_burst().await;
    let caller = &scene.caller;
    let mut waiting = Vec::new();
    for number in 0..20 {
        let forged = scene.forged(number);
        let mut call = Box::pin(async move { world.introspect(caller, &forged).await });
        assert!(at_once(&mut call).await.is_none());
        waiting.push(call);
    }
    let mut valid = Box::pin(world.introspect(&scene.caller, &scene.token));
    at_once(&mut valid).await.expect("a valid token is answered at once").active();
    let mut other = Box::pin(world.introspect(&scene.client, "garbage"));
    at_once(&mut other).await.expect("another caller is not delayed").inactive();
    world.gateway.end_waits();
    for mut call in waiting {
        at_once(&mut call).await.expect("the stop ends the wait").inactive();
    }
}

#[tokio::test]
async fn the_time_of_an_answer_does_not_tell_why_a_token_is_inactive() {
    let world = World::new().await;
    world.add_resource(OTHER_API).await;
    let short = NewAccount { token_ttl: Some(Duration::from_secs(10)), ..world.new_account() };
    let expired = world.token(&world.create(short).await).await;
    let other = NewAccount { entitlement: granted_on(OTHER_API, "read:me"), ..world.new_account() };
    let of_another_resource = world.token(&world.create(other).await).await;
    let client = world.client().await;
    let revoked = world.token(&client).await;
    world.revoke(&client, &revoked).await.revoked();
    let scene = scene_in(world).await;
    scene.world.clock.pass(Duration::from_secs(10));
    scene.use_up_burst().await;
    let forged = scene.forged(0);
    for token in [&forged, "garbage", "a.b.c", &revoked, &expired, &of_another_resource] {
        let mut call = Box::pin(scene.world.introspect(&scene.caller, token));
        assert!(at_once(&mut call).await.is_none(), "{token}");
        let started = Instant::now();
        call.await.inactive();
        assert!(started.elapsed() < Duration::from_millis(10), "{token}");
        // The turn that passed while the last answer waited.
        scene.use_up_burst().await;
    }
}

#[tokio::test]
async fn inactive_tokens_are_paced_alike_at_revocation_and_when_they_are_refused() {
    let scene = scene().await;
    let world = &scene.world;
    scene.use_up_burst().await;
    let mut revocation = Box::pin(world.revoke(&scene.caller, "garbage"));
    assert!(at_once(&mut revocation).await.is_none());
    let mut calls = Vec::new();
    for _ in 0..BURST {
        let mut call = Box::pin(world.introspect(&scene.caller, "garbage"));
        assert!(at_once(&mut call).await.is_none());
        calls.push(call);
    }
    world.gateway.end_waits();
    revocation.await.revoked();
    calls.swap_remove(0).await.inactive();
    calls.swap_remove(BURST - 2).await.refused(429, "temporarily_unavailable");
}

const OTHER_API: &str = "https://other.example.com";
/// More than the burst.
const BURST: usize = 2_500;
