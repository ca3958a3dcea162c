//! Why an authenticated account does not get what it requested.

use jeton_core::admin::NewAccount;
use serde_json::{Value, json};

use super::{assert_says, reason};
use crate::support::{API, Client, World, granted_on, introspecting};

const OTHER: &str = "https://api.example.com";

async fn refused(world: &World, client: &Client, asked: &[(&str, &str)], name: &str) -> Value {
    let refusal = world.ask(client, asked).await;
    assert_eq!(refusal.status, 400, "{refusal:?}");
    reason(world, &refusal, name).await
}

#[tokio::test]
async fn a_scope_that_is_not_granted_is_shown_with_the_granted_ones() {
    let world = World::new().await;
    let client = world.client().await;
    let asked = [("scope", "admin unheard:of"), ("resource", API)];
    let known = refused(&world, &client, &asked, "scope_not_granted").await;
    assert_eq!(
        known["facts"],
        json!({ "resource": API, "asked": ["admin"], "asked_undeclared": 1, "granted": ["read:me", "write:me"] })
    );
    assert_says(&known, "cure", &format!("jeton account grant {} --resource {API} --scope", client.id));
    assert_says(&known, "rule", "scope_policy narrow");
}

#[tokio::test]
async fn without_a_resource_the_scopes_of_all_granted_resources_count() {
    let world = World::with("[tokens]\nscope_policy = \"exact\"").await;
    let client = world.client().await;
    let known = refused(&world, &client, &[("scope", "read:me admin")], "scope_not_granted").await;
    let facts =
        json!({ "asked": ["admin", "read:me"], "asked_undeclared": 0, "granted": ["read:me", "write:me"] });
    assert_eq!(known["facts"], facts);
    assert_says(&known, "rule", "scope_policy exact");
}

#[tokio::test]
async fn a_resource_that_is_unknown_or_not_granted_is_shown_with_the_granted_ones() {
    let world = World::new().await;
    world.add_resource(OTHER).await;
    let client = world.client().await;
    let known = refused(&world, &client, &[("resource", OTHER)], "resource_not_granted").await;
    assert_eq!(known["facts"], json!({ "asked": OTHER, "granted": [API] }));
    assert_says(&known, "cure", &format!("jeton account grant {} --resource {OTHER}", client.id));
    let slash = format!("{API}/mcp");
    let known = refused(&world, &client, &[("resource", &slash)], "unknown_resource").await;
    assert_eq!(known["facts"], json!({ "asked": slash, "asked_length": 27, "granted": [API] }));
}

#[tokio::test]
async fn an_account_without_any_grant_has_its_own_reason() {
    let world = World::new().await;
    let client = world.create(NewAccount { entitlement: introspecting(API), ..world.new_account() }).await;
    let known = refused(&world, &client, &[], "nothing_granted").await;
    assert_eq!(known["facts"], json!({ "granted": [] }));
}

#[tokio::test]
async fn several_possible_resources_are_listed() {
    let world = World::new().await;
    world.add_resource(OTHER).await;
    let client = world.client().await;
    world.admin.grant(&client.id, &granted_on(OTHER, "read:me")).await.unwrap();
    world.follow().await;
    let known = refused(&world, &client, &[], "ambiguous_resource").await;
    assert_eq!(known["facts"], json!({ "candidates": [OTHER, API] }));
    assert_says(&known, "cure", "--default-resource");
}

#[tokio::test]
async fn malformed_parameters_are_explained() {
    let world = World::new().await;
    let client = world.client().await;
    for (asked, name) in [
        (vec![("scope", "read:me,write:me\u{e9}")], "malformed_scope"),
        (vec![("resource", "relative")], "malformed_resource"),
        (vec![("resource", API), ("resource", OTHER)], "several_resources"),
        (vec![("resource", API), ("audience", OTHER)], "resource_and_audience_differ"),
    ] {
        refused(&world, &client, &asked, name).await;
    }
}
