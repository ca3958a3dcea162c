//! Ids of other regions.

use jeton_protocol::ClientId;

use crate::support::{Client, EU_ISSUER, World};

fn client(region: &str) -> Client {
    let id = ClientId::generate(&region.parse().unwrap(), [7; 16]).to_string();
    Client { id, secret: "jtnsk_whatever".to_owned() }
}

#[tokio::test]
async fn an_id_of_another_configured_region_gets_the_token_endpoint_of_that_region() {
    let world = World::new().await;
    let answer = world.ask(&client("eu"), &[]).await;
    let description = answer.refused(401, "invalid_client");
    let endpoint = format!("{EU_ISSUER}/oauth/v1/token");
    assert_eq!(
        description,
        format!("This client id belongs to region eu. Use its token endpoint {endpoint}.")
    );
    assert_eq!(world.introspect(&client("eu"), "x").await.refused(401, "invalid_client"), description);
}

#[tokio::test]
async fn an_id_of_a_region_that_is_not_configured_is_an_unknown_id() {
    let world = World::new().await;
    let unknown = world.client().await.with_id("nobody");
    let plain = world.ask(&unknown, &[]).await.refused(401, "invalid_client");
    assert_eq!(world.ask(&client("ap"), &[]).await.refused(401, "invalid_client"), plain);
    assert_eq!(world.ask(&client("us"), &[]).await.refused(401, "invalid_client"), plain);
}

#[tokio::test]
async fn an_id_that_only_looks_like_another_regions_is_an_unknown_id() {
    let world = World::new().await;
    let unknown = world.client().await.with_id("nobody");
    let plain = world.ask(&unknown, &[]).await.refused(401, "invalid_client");
    for id in ["sa_eu_short", "sa_eu_", "sa_EU_0123456789abcdefghijkl", "sb_eu_0123456789abcdefghijkl"] {
        assert_eq!(world.ask(&unknown.with_id(id), &[]).await.refused(401, "invalid_client"), plain, "{id}");
    }
}

#[tokio::test]
async fn an_account_of_this_region_with_the_tag_of_another_region_is_served() {
    let world = World::new().await;
    let native = world.client().await;
    let moved = world.recreate_with_id(&native, &client("eu").id).await;
    world.token(&moved).await;
    world.ask(&moved.with_secret("wrong"), &[]).await.refused(401, "invalid_client");
}

#[tokio::test]
async fn a_wrong_region_does_not_count_as_a_failure() {
    let world = World::with("[limits]\nfailures = 1").await;
    for _ in 0..3 {
        world.ask(&client("eu"), &[]).await.refused(401, "invalid_client");
    }
}
