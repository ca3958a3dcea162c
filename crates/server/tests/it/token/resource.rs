//! Which resource a token is for.

use jeton_core::admin::{AccountUpdate, Change, NewAccount};

use super::OTHER;
use crate::support::{API, Answer, Client, World, granted, granted_on, introspecting, jwt, uri};

fn audience(answer: &Answer) -> String {
    jwt::claims(&answer.token())["aud"].as_str().unwrap().to_owned()
}

/// `read:me` and `write:me` on [`API`], and `names` on [`OTHER`].
async fn with_two(world: &World, names: &str) -> Client {
    world.add_resource(OTHER).await;
    let client = world.client().await;
    world.admin.grant(&client.id, &granted_on(OTHER, names)).await.unwrap();
    client
}

async fn set_default(world: &World, client: &Client, resource: &str) {
    let update = AccountUpdate { default_resource: Change::Set(uri(resource)), ..AccountUpdate::default() };
    world.admin.update_account(&client.id, &update).await.unwrap();
    world.follow().await;
}

#[tokio::test]
async fn the_named_resource_is_the_audience_and_audience_is_its_alias() {
    let world = World::new().await;
    let client = with_two(&world, "read:me").await;
    for (name, resource) in [("resource", API), ("resource", OTHER), ("audience", API), ("audience", OTHER)] {
        assert_eq!(audience(&world.ask(&client, &[(name, resource)]).await), resource);
    }
    let both = [("resource", OTHER), ("audience", OTHER)];
    assert_eq!(audience(&world.ask(&client, &both).await), OTHER);
}

#[tokio::test]
async fn a_json_array_with_one_repeated_resource_names_it() {
    let world = World::new().await;
    let client = world.client().await;
    let body = |resources: &[&str]| {
        serde_json::json!({
            "grant_type": "client_credentials", "client_id": client.id, "client_secret": client.secret,
            "resource": resources,
        })
    };
    let ask = |resources: &[&str]| world.post("/oauth/v1/token").json(&body(resources)).send();
    assert_eq!(audience(&ask(&[API]).await), API);
    assert_eq!(audience(&ask(&[API, API]).await), API);
    assert_eq!(audience(&ask(&[]).await), API);
    ask(&[API, OTHER]).await.refused(400, "invalid_target");
}

#[tokio::test]
async fn one_resource_named_several_times_is_one() {
    let world = World::new().await;
    let client = with_two(&world, "read:me").await;
    let spelled = "HTTPS://MCP.example.com/";
    for same in [
        &[("resource", API), ("resource", API)][..],
        &[("resource", API), ("resource", spelled), ("resource", API)],
        &[("resource", API), ("resource", ""), ("resource", API), ("audience", API)],
    ] {
        assert_eq!(audience(&world.ask(&client, same).await), API, "{same:?}");
    }
    for different in [
        &[("resource", API), ("resource", OTHER)][..],
        &[("resource", API), ("resource", API), ("resource", OTHER)],
        &[("resource", API), ("resource", API), ("audience", OTHER)],
        &[("resource", API), ("resource", "relative")],
    ] {
        world.ask(&client, different).await.refused(400, "invalid_target");
    }
    // Only `resource` may repeat.
    world.ask(&client, &[("audience", API), ("audience", API)]).await.refused(400, "invalid_request");
}

#[tokio::test]
async fn scheme_and_host_are_compared_in_lower_case_and_the_slash_of_an_origin_is_dropped() {
    let world = World::new().await;
    let client = with_two(&world, "read:me").await;
    assert_eq!(audience(&world.ask(&client, &[("resource", "https://mcp.example.com/")]).await), API);
    assert_eq!(audience(&world.ask(&client, &[("resource", "HTTPS://MCP.Example.COM")]).await), API);
    for other in [
        "https://other.example.com/api/",
        "https://other.example.com/API",
        "https://other.example.com:443/api",
    ] {
        world.ask(&client, &[("resource", other)]).await.refused(400, "invalid_target");
    }
}

#[tokio::test]
async fn an_unavailable_resource_is_an_invalid_target() {
    let world = World::new().await;
    world.add_resource(OTHER).await;
    let client = world.client().await;
    for more in [
        [("resource", "/relative"), ("scope", "read:me")],
        [("resource", "https://mcp.example.com#part"), ("scope", "read:me")],
        [("resource", "https://mcp.example.com#"), ("scope", "read:me")],
        [("resource", "https://unknown.example.com"), ("scope", "read:me")],
        [("resource", OTHER), ("scope", "read:me")],
        [("resource", API), ("audience", OTHER)],
        [("resource", API), ("resource", OTHER)],
        [("audience", "relative"), ("scope", "read:me")],
    ] {
        world.ask(&client, &more).await.refused(400, "invalid_target");
    }
}

#[tokio::test]
async fn an_unknown_and_an_ungranted_resource_get_the_same_answer() {
    let world = World::new().await;
    world.add_resource(OTHER).await;
    let client = world.client().await;
    let unknown = world.ask(&client, &[("resource", "https://unknown.example.com")]).await;
    let ungranted = world.ask(&client, &[("resource", OTHER)]).await;
    assert_eq!(unknown.refused(400, "invalid_target"), ungranted.refused(400, "invalid_target"));
}

#[tokio::test]
async fn without_a_resource_the_only_granted_one_is_used() {
    let world = World::new().await;
    world.add_resource(OTHER).await;
    let client = world.client().await;
    assert_eq!(audience(&world.ask(&client, &[]).await), API);
    assert_eq!(audience(&world.ask(&client, &[("scope", "read:me")]).await), API);
}

#[tokio::test]
async fn of_several_the_default_of_the_account_is_used() {
    let world = World::new().await;
    let client = with_two(&world, "read:me").await;
    set_default(&world, &client, OTHER).await;
    assert_eq!(audience(&world.ask(&client, &[]).await), OTHER);
    assert_eq!(audience(&world.ask(&client, &[("scope", "read:me")]).await), OTHER);
}

#[tokio::test]
async fn of_several_without_a_default_one_must_be_named() {
    let world = World::new().await;
    let client = with_two(&world, "read:me").await;
    let description = world.ask(&client, &[]).await.refused(400, "invalid_target");
    assert!(description.contains("Choose one"), "{description}");
    world.ask(&client, &[("scope", "read:me")]).await.refused(400, "invalid_target");
}

#[tokio::test]
async fn only_resources_with_a_requested_scope_are_used() {
    let world = World::new().await;
    let client = with_two(&world, "read:me").await;
    assert_eq!(audience(&world.ask(&client, &[("scope", "write:me")]).await), API);
    // Even if the default resource is another one, which does not have the scope.
    set_default(&world, &client, OTHER).await;
    assert_eq!(audience(&world.ask(&client, &[("scope", "write:me")]).await), API);
    world.ask(&client, &[("scope", "unheard:of")]).await.refused(400, "invalid_scope");
}

#[tokio::test]
async fn under_policy_exact_only_resources_with_all_requested_scopes_are_used() {
    let world = World::with("[tokens]\nscope_policy = \"exact\"").await;
    let client = with_two(&world, "read:me").await;
    set_default(&world, &client, OTHER).await;
    assert_eq!(audience(&world.ask(&client, &[("scope", "read:me write:me")]).await), API);
    assert_eq!(audience(&world.ask(&client, &[("scope", "read:me")]).await), OTHER);
    world.ask(&client, &[("scope", "read:me unheard:of")]).await.refused(400, "invalid_scope");
}

#[tokio::test]
async fn a_named_resource_without_a_requested_scope_is_an_invalid_scope() {
    let world = World::new().await;
    let client = with_two(&world, "read:me").await;
    let asked = [("resource", OTHER), ("scope", "write:me")];
    world.ask(&client, &asked).await.refused(400, "invalid_scope");
}

#[tokio::test]
async fn the_right_to_introspect_a_resource_is_not_a_grant() {
    let world = World::new().await;
    let entitlement = introspecting(API);
    let caller = world.create(NewAccount { entitlement, ..world.new_account() }).await;
    world.ask(&caller, &[]).await.refused(400, "invalid_target");
    world.ask(&caller, &[("resource", API)]).await.refused(400, "invalid_target");
    world.admin.grant(&caller.id, &granted("read:me")).await.unwrap();
    world.follow().await;
    world.token(&caller).await;
}
