//! Too many failures for one client id from one address.

use std::time::Duration;

use super::{GOOD, TOKEN};
use crate::support::{Client, World};

const LIMITS: &str = "[limits]\nfailures = 3\nper = \"60s\"";
const HERE: &str = "192.0.2.1";

async fn fail(world: &World, client: &Client, from: &str, times: usize) {
    let wrong = client.with_secret("wrong");
    for _ in 0..times {
        world.token_call(&wrong, &[]).from(from).send().await.refused(401, "invalid_client");
    }
}

#[tokio::test]
async fn after_as_many_failures_as_allowed_the_next_attempt_is_429_until_the_window_ends() {
    let world = World::with(LIMITS).await;
    let client = world.client().await;
    let wrong = client.with_secret("wrong");
    fail(&world, &client, HERE, 3).await;
    world.pass(Duration::from_secs(10)).await;
    let answer = world.ask(&wrong, &[]).await;
    answer.refused(429, "temporarily_unavailable");
    assert_eq!(answer.header("retry-after"), Some("50"));
    world.pass(Duration::from_secs(49)).await;
    world.ask(&wrong, &[]).await.refused(429, "temporarily_unavailable");
    world.pass(Duration::from_secs(1)).await;
    world.ask(&wrong, &[]).await.refused(401, "invalid_client");
}

#[tokio::test]
async fn the_default_allows_twenty_failures_in_a_minute() {
    let world = World::new().await;
    let client = world.client().await;
    fail(&world, &client, HERE, 20).await;
    world.ask(&client.with_secret("wrong"), &[]).await.refused(429, "temporarily_unavailable");
}

#[tokio::test]
async fn every_kind_of_wrong_secret_counts_and_is_limited_at_both_endpoints() {
    let world = World::with(LIMITS).await;
    let client = world.client().await;
    let other = world.client().await;
    let wrongs = ["jtnsk_broken", other.secret.as_str(), "another string"];
    for wrong in wrongs {
        world.introspect(&client.with_secret(wrong), "x").await.refused(401, "invalid_client");
    }
    for wrong in wrongs {
        let wrong = client.with_secret(wrong);
        world.ask(&wrong, &[]).await.refused(429, "temporarily_unavailable");
        world.introspect(&wrong, "x").await.refused(429, "temporarily_unavailable");
    }
}

#[tokio::test]
async fn a_secret_that_was_verified_before_is_never_limited() {
    let world = World::with(LIMITS).await;
    let client = world.client().await;
    world.token(&client).await;
    fail(&world, &client, HERE, 3).await;
    world.ask(&client.with_secret("wrong"), &[]).await.refused(429, "temporarily_unavailable");
    world.token(&client).await;
    world.post(TOKEN).basic(&client).form(&GOOD).send().await.token();
    world.introspect(&client, "x").await.inactive();
}

#[tokio::test]
async fn another_address_and_another_client_are_not_limited() {
    let world = World::with(LIMITS).await;
    let client = world.client().await;
    let other = world.client().await;
    fail(&world, &client, HERE, 3).await;
    let wrong = |client: &Client| client.with_secret("wrong");
    world.token_call(&wrong(&client), &[]).from("192.0.2.2").send().await.refused(401, "invalid_client");
    world.ask(&wrong(&other), &[]).await.refused(401, "invalid_client");
}

#[tokio::test]
async fn ipv6_callers_count_by_their_64_bit_network() {
    let world = World::with(LIMITS).await;
    let client = world.client().await;
    fail(&world, &client, "2001:db8::1", 3).await;
    let wrong = client.with_secret("wrong");
    let from = |address: &str| world.token_call(&wrong, &[]).from(address).send();
    from("2001:db8::ffff:1").await.refused(429, "temporarily_unavailable");
    from("2001:db8:0:1::1").await.refused(401, "invalid_client");
}

#[tokio::test]
async fn unknown_ids_are_limited_like_known_ones() {
    let world = World::with(LIMITS).await;
    let unknown_client = world.client().await.with_id("nobody");
    fail(&world, &unknown_client, HERE, 3).await;
    world.ask(&unknown_client, &[]).await.refused(429, "temporarily_unavailable");
}

#[tokio::test]
async fn behind_a_trusted_proxy_the_forwarded_address_is_limited_and_not_the_proxy() {
    let extra = "[limits]\nfailures = 3\n[listen]\ntrusted_proxies = [\"10.0.0.0/8\"]";
    let world = World::with(extra).await;
    let wrong = world.client().await.with_secret("wrong");
    let from = |forwarded: &str| {
        world.token_call(&wrong, &[]).from("10.0.0.1").header("x-forwarded-for", forwarded).send()
    };
    for _ in 0..3 {
        from("203.0.113.1").await.refused(401, "invalid_client");
    }
    from("203.0.113.1").await.refused(429, "temporarily_unavailable");
    from("203.0.113.2").await.refused(401, "invalid_client");
}

#[tokio::test]
async fn callers_with_an_unknown_address_share_one_limit_that_affects_no_others() {
    let extra = "[limits]\nfailures = 3\n[listen]\ntrusted_proxies = [\"10.0.0.0/8\"]";
    let world = World::with(extra).await;
    let client = world.client().await;
    let wrong = client.with_secret("wrong");
    let behind = |client: &Client, hop: &[u8]| {
        world.token_call(client, &[]).from("10.0.0.1").raw_header("x-forwarded-for", hop).send()
    };
    behind(&wrong, b"unknown").await.refused(401, "invalid_client");
    behind(&wrong, b"203.0.113.1, _hidden").await.refused(401, "invalid_client");
    world.token_call(&wrong, &[]).without_peer().send().await.refused(401, "invalid_client");
    behind(&wrong, b"\xff").await.refused(429, "temporarily_unavailable");
    world.token_call(&wrong, &[]).without_peer().send().await.refused(429, "temporarily_unavailable");
    // Neither another caller nor the proxy itself is limited by them.
    behind(&wrong, b"203.0.113.1").await.refused(401, "invalid_client");
    world.token_call(&wrong, &[]).from("10.0.0.1").send().await.refused(401, "invalid_client");
}

#[tokio::test]
async fn no_header_of_a_caller_gives_it_a_second_allowance_of_failures() {
    let extra = "[limits]\nfailures = 3\n[listen]\ntrusted_proxies = [\"10.0.0.0/8\"]";
    let world = World::with(extra).await;
    let wrong = world.client().await.with_secret("wrong");
    let behind = |forwarded: &[u8]| {
        world.token_call(&wrong, &[]).from("10.0.0.1").raw_header("x-forwarded-for", forwarded).send()
    };
    for _ in 0..3 {
        behind(b"203.0.113.1").await.refused(401, "invalid_client");
    }
    for invented in [&b"\xff"[..], b"\"", b"[::1]", b"fe80::1%eth0", b"unknown", b",", b"203.0.113.2"] {
        let forwarded = [invented, b", 203.0.113.1"].concat();
        behind(&forwarded).await.refused(429, "temporarily_unavailable");
    }
}
