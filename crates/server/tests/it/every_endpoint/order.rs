//! The order of checks: shape, grant type, region, client, resource, scope. Each request here also fails all later
//! checks.

use super::{INTROSPECT, REVOKE, TOKEN};
use crate::support::World;

const EU_CLIENT: &str = "sa_eu_0123456789abcdefghijkl";

#[tokio::test]
async fn the_shape_is_checked_before_the_grant_type() {
    let world = World::new().await;
    let form = [
        ("grant_type", "password"),
        ("client_id", EU_CLIENT),
        ("client_secret", "x"),
        ("client_assertion", "x"),
        ("resource", "none"),
        ("scope", "\""),
    ];
    world.post(TOKEN).form(&form).send().await.refused(400, "invalid_request");
}

#[tokio::test]
async fn the_grant_type_is_checked_before_the_region_and_the_client() {
    let world = World::new().await;
    let form =
        [("grant_type", "password"), ("client_id", EU_CLIENT), ("client_secret", "x"), ("scope", "\"")];
    world.post(TOKEN).form(&form).send().await.refused(400, "unsupported_grant_type");
    let form = [("grant_type", "password")];
    world.post(TOKEN).form(&form).send().await.refused(400, "unsupported_grant_type");
}

#[tokio::test]
async fn the_region_is_checked_before_the_secret() {
    let world = World::new().await;
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", EU_CLIENT),
        ("client_secret", "jtnsk_broken"),
        ("resource", "none"),
        ("scope", "\""),
    ];
    let description = world.post(TOKEN).form(&form).send().await.refused(401, "invalid_client");
    assert!(description.contains("region eu"), "{description}");
}

#[tokio::test]
async fn an_unauthenticated_caller_learns_nothing_about_resources_and_scopes() {
    let world = World::new().await;
    let wrong = world.client().await.with_secret("wrong");
    let plain = world.ask(&wrong, &[]).await.refused(401, "invalid_client");
    for more in
        [[("resource", "none"), ("scope", "\"")], [("resource", "https://a.example.com"), ("scope", "x")]]
    {
        assert_eq!(world.ask(&wrong, &more).await.refused(401, "invalid_client"), plain);
    }
}

#[tokio::test]
async fn the_resource_is_checked_before_the_scope_and_its_syntax() {
    let world = World::new().await;
    let client = world.client().await;
    let both = [("resource", "relative"), ("scope", "\"")];
    world.ask(&client, &both).await.refused(400, "invalid_target");
    world.ask(&client, &both[1..]).await.refused(400, "invalid_scope");
}

#[tokio::test]
async fn a_missing_token_is_checked_before_the_caller() {
    let world = World::new().await;
    let form = [("client_id", "nobody"), ("client_secret", "wrong")];
    for path in [INTROSPECT, REVOKE] {
        let description = world.post(path).form(&form).send().await.refused(400, "invalid_request");
        assert!(description.contains("parameter token"), "{description}");
    }
}
