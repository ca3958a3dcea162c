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
async fn a_forwarded_address_is_not_believed_from_an_untrusted_peer() {
    let world = World::new().await;
    let client = limited(&world, "203.0.113.0/24").await;
    let call = world.token_call(&client, &[]).from("198.51.100.1").header("x-forwarded-for", "203.0.113.7");
    call.send().await.refused(401, "invalid_client");
    let call = world.token_call(&client, &[]).from("203.0.113.7").header("x-forwarded-for", "198.51.100.1");
    call.send().await.token();
}

#[tokio::test]
async fn a_forwarded_address_is_believed_only_from_a_trusted_proxy() {
    let world = World::with("[listen]\ntrusted_proxies = [\"10.0.0.0/8\"]").await;
    let client = limited(&world, "203.0.113.0/24").await;
    let from = |peer: &str, forwarded: &str| {
        world.token_call(&client, &[]).from(peer).header("x-forwarded-for", forwarded).send()
    };
    from("10.0.0.1", "203.0.113.7").await.token();
    from("10.0.0.1", "198.51.100.1").await.refused(401, "invalid_client");
    from("11.0.0.1", "203.0.113.7").await.refused(401, "invalid_client");
    // The part that the caller wrote is to the left of what the proxy appended.
    from("10.0.0.1", "203.0.113.7, 198.51.100.1").await.refused(401, "invalid_client");
    from("10.0.0.1", "198.51.100.1, 203.0.113.7").await.token();
}

#[tokio::test]
async fn no_header_of_a_caller_makes_it_look_like_its_proxy() {
    let world = World::with("[listen]\ntrusted_proxies = [\"10.0.0.0/8\"]").await;
    // The proxies' own network, which the caller must not be able to claim.
    let client = limited(&world, "10.0.0.0/8").await;
    let from = |forwarded: &[u8]| {
        world.token_call(&client, &[]).from("10.0.0.1").raw_header("x-forwarded-for", forwarded).send()
    };
    from(b"10.1.1.1").await.token();
    for invented in
        [&b"\xff"[..], b"[2001:db8::1]", b"\"10.0.0.9", b"fe80::1%eth0", b"", b",", b"unknown", b"_hidden"]
    {
        let forwarded = [invented, b", 198.51.100.1"].concat();
        from(&forwarded).await.refused(401, "invalid_client");
        let forwarded = [invented, b", 198.51.100.1, 10.0.0.2"].concat();
        from(&forwarded).await.refused(401, "invalid_client");
    }
}

#[tokio::test]
async fn every_legal_spelling_of_a_forwarded_address_counts() {
    let world = World::with("[listen]\ntrusted_proxies = [\"10.0.0.0/8\"]").await;
    let networks = ["203.0.113.7/32", "2001:db8::7/128", "fe80::/10"].map(|network| network.parse().unwrap());
    let client = world.create(NewAccount { allow_cidr: networks.to_vec(), ..world.new_account() }).await;
    for forwarded in [
        "203.0.113.7",
        "203.0.113.7:4711",
        "\"203.0.113.7\"",
        "\"203.0.113.7:4711\"",
        "::ffff:203.0.113.7",
        "2001:db8::7",
        "[2001:db8::7]",
        "[2001:db8::7]:4711",
        "\"[2001:db8::7]:4711\"",
        "fe80::1%eth0",
        "203.0.113.7,",
        "203.0.113.7 , ,",
    ] {
        let call = world.token_call(&client, &[]).from("10.0.0.1").header("x-forwarded-for", forwarded);
        call.send().await.token();
    }
}

#[tokio::test]
async fn an_unknown_address_is_refused_by_every_network_and_accepted_without_networks() {
    let world = World::with("[listen]\ntrusted_proxies = [\"10.0.0.0/8\"]").await;
    let everything: Vec<_> = ["0.0.0.0/0", "::/0"].map(|network| network.parse().unwrap()).to_vec();
    let networks = world.create(NewAccount { allow_cidr: everything.clone(), ..world.new_account() }).await;
    let open = world.client().await;
    let restriction = Restriction { allow_cidr: everything, ..Restriction::default() };
    let narrow = world.second_secret(&open, SecretTerms { restriction, ..SecretTerms::default() }).await;
    for hop in ["unknown", "_hidden", "unix:", "203.0.113.7, nonsense", "0.0.0.0", "::"] {
        let from = |client: &Client| {
            world.token_call(client, &[]).from("10.0.0.1").header("x-forwarded-for", hop).send()
        };
        from(&networks).await.refused(401, "invalid_client");
        from(&narrow).await.refused(401, "invalid_client");
        from(&open).await.token();
    }
    // The same if an embedding app provides no peer address, whatever a header says.
    let without_peer = |client: &Client| {
        world.token_call(client, &[]).without_peer().header("x-forwarded-for", "203.0.113.7").send()
    };
    without_peer(&networks).await.refused(401, "invalid_client");
    without_peer(&narrow).await.refused(401, "invalid_client");
    without_peer(&open).await.token();
    // The secrets are in memory now, but their networks are still checked.
    world.ask(&networks, &[]).await.token();
    without_peer(&networks).await.refused(401, "invalid_client");
}

#[tokio::test]
async fn the_configured_header_is_the_only_one_that_is_read() {
    let extra = "[listen]\ntrusted_proxies = [\"10.0.0.0/8\"]\nforwarded_header = \"forwarded\"";
    let world = World::with(extra).await;
    let client = limited(&world, "203.0.113.0/24").await;
    let from = |forwarded: &str, x_forwarded_for: &str| {
        let call = world.token_call(&client, &[]).from("10.0.0.1").header("forwarded", forwarded);
        call.header("x-forwarded-for", x_forwarded_for).send()
    };
    from("for=\"203.0.113.7:4711\";proto=https", "198.51.100.1").await.token();
    from("for=203.0.113.7, for=198.51.100.1", "203.0.113.7").await.refused(401, "invalid_client");
    from("for=unknown", "203.0.113.7").await.refused(401, "invalid_client");
    from("for=198.51.100.1;host=\"a,for=203.0.113.7;x=y\"", "203.0.113.7")
        .await
        .refused(401, "invalid_client");
}

#[tokio::test]
async fn the_networks_apply_to_introspection_too() {
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
        // The secret cannot extend the networks of the account.
        assert_eq!(from(&narrow, "198.51.100.7").await.refused(401, "invalid_client"), refusal);
        from(&whole, "203.0.113.7").await.token();
    }
    let call = world.post("/oauth/v1/introspect").basic(&narrow).form(&[("token", "x")]);
    call.from("203.0.113.7").send().await.refused(401, "invalid_client");
}
