//! The networks that an account may call from.

use jeton_core::admin::{NewAccount, SecretTerms};
use jeton_core::model::Restriction;

use crate::support::{Client, World};

async fn limited(world: &World, network: &str) -> Client {
    let new = NewAccount { allow_cidr: vec![network.parse().unwrap()], ..world.new_account() };
    world.create(new).await
}

#[tokio::test]
async fn a_call_from_outside_the_networks_of_the_account_is_the_same_401() {
    let world = World::new().await;
    let client = limited(&world, "203.0.113.0/24").await;
    let wrong = client.with_secret("wrong");
    let refusal = world.ask(&wrong, &[]).await.refused(401, "invalid_client");
    let from = |address: &str| world.token_call(&client, &[]).from(address).send();
    from("203.0.113.255").await.token();
    assert_eq!(from("203.0.114.0").await.refused(401, "invalid_client"), refusal);
    from("::ffff:203.0.113.7").await.token();
    from("2001:db8::1").await.refused(401, "invalid_client");
}

#[tokio::test]
async fn a_forwarded_address_is_not_believed_from_anybody() {
    let world = World::new().await;
    let client = limited(&world, "203.0.113.0/24").await;
    let call = world.token_call(&client, &[]).from("198.51.100.1").header("x-forwarded-for", "203.0.113.7");
    call.send().await.refused(401, "invalid_client");
    let call = world.token_call(&client, &[]).from("203.0.113.7").header("x-forwarded-for", "198.51.100.1");
    call.send().await.token();
}

#[tokio::test]
async fn a_forwarded_address_is_believed_from_a_trusted_proxy_alone() {
    let world = World::with("[listen]\ntrusted_proxies = [\"10.0.0.0/8\"]").await;
    let client = limited(&world, "203.0.113.0/24").await;
    let from = |peer: &str, forwarded: &str| {
        world.token_call(&client, &[]).from(peer).header("x-forwarded-for", forwarded).send()
    };
    from("10.0.0.1", "203.0.113.7").await.token();
    from("10.0.0.1", "198.51.100.1").await.refused(401, "invalid_client");
    from("11.0.0.1", "203.0.113.7").await.refused(401, "invalid_client");
    // What the caller wrote itself stands to the left of what the proxy saw.
    from("10.0.0.1", "203.0.113.7, 198.51.100.1").await.refused(401, "invalid_client");
    from("10.0.0.1", "198.51.100.1, 203.0.113.7").await.token();
}

#[tokio::test]
async fn the_networks_hold_for_introspection_too() {
    let world = World::new().await;
    let client = limited(&world, "203.0.113.0/24").await;
    let ask = |from: &str| {
        let call = world.post("/oauth/v1/introspect").basic(&client).form(&[("token", "x")]);
        call.from(from).send()
    };
    ask("203.0.113.7").await.inactive();
    ask("198.51.100.1").await.refused(401, "invalid_client");
}

#[tokio::test]
async fn the_networks_of_a_secret_are_checked_in_addition_to_those_of_the_account() {
    let world = World::new().await;
    let whole = limited(&world, "203.0.113.0/24").await;
    let networks = ["203.0.113.128/25", "198.51.100.0/24"].map(|network| network.parse().unwrap());
    let restriction = Restriction { allow_cidr: networks.to_vec(), ..Restriction::default() };
    let narrow = world.second_secret(&whole, SecretTerms { restriction, ..SecretTerms::default() }).await;
    let from = |client: &Client, address: &str| world.token_call(client, &[]).from(address).send();
    let refusal = world.ask(&whole.with_secret("wrong"), &[]).await.refused(401, "invalid_client");
    // Twice each: by a hash, and from memory.
    for _ in 0..2 {
        from(&narrow, "203.0.113.200").await.token();
        from(&narrow, "::ffff:203.0.113.200").await.token();
        assert_eq!(from(&narrow, "203.0.113.7").await.refused(401, "invalid_client"), refusal);
        // It cannot widen the account.
        assert_eq!(from(&narrow, "198.51.100.7").await.refused(401, "invalid_client"), refusal);
        from(&whole, "203.0.113.7").await.token();
    }
    let call = world.post("/oauth/v1/introspect").basic(&narrow).form(&[("token", "x")]);
    call.from("203.0.113.7").send().await.refused(401, "invalid_client");
}
