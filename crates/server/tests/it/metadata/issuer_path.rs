//! An issuer with a path, and another prefix.

use crate::support::{Setup, World, jwt, token_call};

const ISSUER: &str = "https://example.com/tenants/a";

#[tokio::test]
async fn an_issuer_with_a_path_has_its_documents_at_the_three_places() {
    let world = World::set_up(Setup { issuer: ISSUER, ..Setup::default() }).await;
    for path in [
        "/.well-known/oauth-authorization-server/tenants/a",
        "/.well-known/openid-configuration/tenants/a",
        "/tenants/a/.well-known/openid-configuration",
    ] {
        let answer = world.get(path).send().await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.json()["issuer"], ISSUER, "{path}");
        assert_eq!(answer.json()["token_endpoint"], format!("{ISSUER}/oauth/v1/token"), "{path}");
    }
    for path in ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"] {
        world.get(path).send().await.refused(404, "invalid_request");
    }
}

#[tokio::test]
async fn its_endpoints_are_below_the_path() {
    let world = World::set_up(Setup { issuer: ISSUER, ..Setup::default() }).await;
    let client = world.client().await;
    token_call(world.app.clone(), &client, &[]).send().await.refused(404, "invalid_request");
    let own = [
        ("grant_type", "client_credentials"),
        ("client_id", client.id.as_str()),
        ("client_secret", client.secret.as_str()),
    ];
    let answer = world.post("/tenants/a/oauth/v1/token").form(&own).send().await;
    assert_eq!(jwt::claims(&answer.token())["iss"], ISSUER);
}

#[tokio::test]
async fn another_prefix_moves_the_endpoints_and_the_metadata_follows() {
    let world = World::with("[server]\nprefix = \"/auth\"").await;
    let document = world.get("/.well-known/oauth-authorization-server").send().await.json();
    assert_eq!(document["jwks_uri"], "https://app.example.com/auth/jwks");
    assert_eq!(world.get("/auth/jwks").send().await.status, 200);
    world.get("/oauth/v1/jwks").send().await.refused(404, "invalid_request");
}
