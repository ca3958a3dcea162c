//! Tokens that only introspection can read.

use jeton_core::model::TokenFormat;

use crate::support::{Client, Setup, World, jwt, token_call};

/// A token in each format for the same account at the same time: JWT, opaque.
async fn one_of_each(world: &World, client: &Client) -> [String; 2] {
    world.set_format(TokenFormat::Jwt).await;
    let signed = world.token(client).await;
    world.set_format(TokenFormat::Opaque).await;
    [signed, world.token(client).await]
}

#[tokio::test]
async fn an_opaque_token_has_the_prefix_and_reveals_nothing() {
    let world = World::of(TokenFormat::Opaque).await;
    let client = world.client().await;
    let token = world.token(&client).await;
    let encoded = token.strip_prefix("jtnat_").unwrap();
    assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{token}");
    let bytes = jwt::decode(encoded);
    for text in [client.id.as_str(), "read:me", "mcp.example.com", "default"] {
        assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()), "{text}");
    }
    let again = world.token(&client).await;
    assert_eq!(again[..17], token[..17], "the key id is in the clear");
    assert_ne!(again[17..40], token[17..40]);
}

#[tokio::test]
async fn an_opaque_token_is_described_as_the_jwt_would_be() {
    let world = World::new().await;
    let client = world.client().await;
    let [signed, opaque] = one_of_each(&world, &client).await;
    let mut described = [
        world.introspect(&client, &signed).await.active(),
        world.introspect(&client, &opaque).await.active(),
    ];
    let ids = described.each_mut().map(|members| members.as_object_mut().unwrap().remove("jti").unwrap());
    assert_ne!(ids[0], ids[1]);
    assert_eq!(ids[0].as_str().unwrap().len(), ids[1].as_str().unwrap().len());
    assert_eq!(described[0], described[1]);
}

#[tokio::test]
async fn a_token_of_the_previous_format_stays_active() {
    let world = World::new().await;
    let client = world.client().await;
    let [signed, opaque] = one_of_each(&world, &client).await;
    for format in TokenFormat::ALL {
        world.set_format(format).await;
        world.introspect(&client, &signed).await.active();
        world.introspect(&client, &opaque).await.active();
    }
}

#[tokio::test]
async fn another_node_of_the_region_reads_it_and_another_store_does_not() {
    let world = World::of(TokenFormat::Opaque).await;
    let client = world.client().await;
    let other_node = world.another_node().await;
    let token = token_call(other_node, &client, &[]).send().await.token();
    world.introspect(&client, &token).await.active();
    let elsewhere = World::set_up(Setup { seed: 8, ..Setup::default() }).await;
    let stranger = elsewhere.client().await;
    elsewhere.introspect(&stranger, &token).await.inactive();
}
