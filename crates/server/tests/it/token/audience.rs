//! The audience of a token has the registered spelling of the resource, whatever the request says.

use jeton_core::admin::{Entitlement, NewAccount, ResourceUpdate};
use jeton_core::model::TokenFormat;
use serde_json::Value;

use crate::support::{Client, World, granted_on, in_both_formats, introspecting, jwt, uri};

const REGISTERED: &str = "HTTPS://Other.example.com/";
const SPELLINGS: [&str; 4] =
    [REGISTERED, "https://other.example.com", "https://other.example.com/", "https://OTHER.example.com"];

async fn account(world: &World, entitlement: Entitlement) -> Client {
    let client = world.create(NewAccount { entitlement, ..world.new_account() }).await;
    world.follow().await;
    client
}

async fn set_format(world: &World, resource: &str, format: TokenFormat) {
    let update = ResourceUpdate { token_format: Some(format), ..ResourceUpdate::default() };
    world.admin.update_resource(&uri(resource), &update).await.unwrap();
    world.follow().await;
}

#[tokio::test]
async fn a_request_in_any_spelling_gets_the_registered_one() {
    let world = World::new().await;
    world.add_resource(REGISTERED).await;
    for granted in SPELLINGS {
        let client = account(&world, granted_on(granted, "read:me")).await;
        for named in SPELLINGS {
            let token = world.ask(&client, &[("resource", named)]).await.token();
            assert_eq!(jwt::claims(&token)["aud"], REGISTERED, "{granted} {named}");
        }
        assert_eq!(jwt::claims(&world.token(&client).await)["aud"], REGISTERED);
        for other in
            ["https://other.example.com//", "https://other.example.com/a", "https://other.example.com?"]
        {
            world.ask(&client, &[("resource", other)]).await.refused(400, "invalid_target");
        }
    }
}

#[tokio::test]
async fn two_spellings_of_one_resource_are_one_resource() {
    let world = World::new().await;
    world.add_resource(REGISTERED).await;
    let client = account(&world, granted_on(REGISTERED, "read:me")).await;
    let token = world.ask(&client, &[("resource", SPELLINGS[1]), ("audience", SPELLINGS[2])]).await.token();
    assert_eq!(jwt::claims(&token)["aud"], REGISTERED);
}

#[tokio::test]
async fn introspection_returns_the_registered_spelling() {
    in_both_formats(async |world| {
        world.add_resource(REGISTERED).await;
        let format = world.admin.store().list_resources().await.unwrap()[0].token_format;
        set_format(&world, REGISTERED, format).await;
        let client = account(&world, granted_on(REGISTERED, "read:me")).await;
        let token = world.token(&client).await;
        for spelling in SPELLINGS {
            let api = account(&world, introspecting(spelling)).await;
            assert_eq!(world.introspect(&api, &token).await.active()["aud"], REGISTERED, "{spelling}");
        }
        let signed = world
            .post("/oauth/v1/introspect")
            .basic(&client)
            .header("accept", "application/token-introspection+jwt")
            .form(&[("token", &token)])
            .send()
            .await;
        let signed: Value = jwt::claims(&signed.body);
        assert_eq!(signed["token_introspection"]["aud"], REGISTERED);
        world.introspect(&world.introspector().await, &token).await.inactive();
    })
    .await;
}
