//! Which scopes a token gets.

use jeton_core::admin::NewAccount;

use crate::support::{Client, World, granted, jwt};

const EXACT: &str = "[tokens]\nscope_policy = \"exact\"";

async fn with_grant(world: &World, names: &str) -> Client {
    world.create(NewAccount { entitlement: granted(names), ..world.new_account() }).await
}

#[tokio::test]
async fn without_a_scope_the_token_gets_everything_granted_with_what_it_implies() {
    let world = World::new().await;
    let reader = with_grant(&world, "read:me").await;
    assert_eq!(world.ask(&reader, &[]).await.scope(), "read:me");
    let admin = with_grant(&world, "admin").await;
    assert_eq!(world.ask(&admin, &[]).await.scope(), "admin read:me write:me");
}

#[tokio::test]
async fn the_response_echoes_the_scope_of_the_token_sorted() {
    let world = World::new().await;
    let client = world.client().await;
    let answer = world.ask(&client, &[("scope", "write:me read:me")]).await;
    assert_eq!(answer.scope(), "read:me write:me");
    assert_eq!(jwt::claims(&answer.token())["scope"], "read:me write:me");
}

#[tokio::test]
async fn extra_spaces_and_repeated_names_are_tolerated() {
    let world = World::new().await;
    let client = world.client().await;
    let answer = world.ask(&client, &[("scope", "  read:me   read:me ")]).await;
    assert_eq!(answer.scope(), "read:me");
}

#[tokio::test]
async fn a_scope_of_only_spaces_counts_as_absent() {
    for policy in ["", EXACT] {
        let world = World::with(policy).await;
        let client = world.client().await;
        let absent = world.ask(&client, &[]).await.scope();
        for spaces in ["", " ", "   "] {
            assert_eq!(world.ask(&client, &[("scope", spaces)]).await.scope(), absent, "{spaces:?}");
            let body = serde_json::json!({
                "grant_type": "client_credentials", "client_id": client.id, "client_secret": client.secret,
                "scope": spaces,
            });
            assert_eq!(world.post("/oauth/v1/token").json(&body).send().await.scope(), absent, "{spaces:?}");
        }
        // Other white space is not a separator, so these are names with illegal characters.
        for other in ["\u{a0}", "\u{2003}"] {
            world.ask(&client, &[("scope", other)]).await.refused(400, "invalid_scope");
        }
        world.ask(&client, &[("scope", " \t")]).await.refused(400, "invalid_request");
    }
}

#[tokio::test]
async fn narrow_gives_the_scopes_that_are_both_requested_and_granted() {
    let world = World::new().await;
    let reader = with_grant(&world, "read:me").await;
    let asked = [("scope", "read:me write:me admin unheard:of")];
    assert_eq!(world.ask(&reader, &asked).await.scope(), "read:me");
    for nothing in ["write:me", "unheard:of", "READ:ME"] {
        world.ask(&reader, &[("scope", nothing)]).await.refused(400, "invalid_scope");
    }
}

#[tokio::test]
async fn exact_refuses_scopes_that_are_not_granted() {
    let world = World::with(EXACT).await;
    let reader = with_grant(&world, "read:me").await;
    assert_eq!(world.ask(&reader, &[("scope", "read:me")]).await.scope(), "read:me");
    assert_eq!(world.ask(&reader, &[]).await.scope(), "read:me");
    world.ask(&reader, &[("scope", "read:me write:me")]).await.refused(400, "invalid_scope");
}

#[tokio::test]
async fn implied_scopes_may_be_requested_and_are_listed() {
    for policy in ["", EXACT] {
        let world = World::with(policy).await;
        let admin = with_grant(&world, "admin").await;
        assert_eq!(world.ask(&admin, &[("scope", "read:me")]).await.scope(), "read:me");
        assert_eq!(world.ask(&admin, &[("scope", "write:me")]).await.scope(), "read:me write:me");
        assert_eq!(world.ask(&admin, &[("scope", "admin")]).await.scope(), "admin read:me write:me");
        let writer = with_grant(&world, "write:me").await;
        world.ask(&writer, &[("scope", "admin")]).await.refused(400, "invalid_scope");
    }
}

#[tokio::test]
async fn a_comma_or_an_illegal_character_is_an_invalid_scope_with_a_hint() {
    let world = World::new().await;
    let client = world.client().await;
    let description =
        world.ask(&client, &[("scope", "read:me,write:me")]).await.refused(400, "invalid_scope");
    assert!(description.contains("spaces"), "{description}");
    for illegal in ["read\"me", "read\\me", "lié", "read:me \u{a0}"] {
        world.ask(&client, &[("scope", illegal)]).await.refused(400, "invalid_scope");
    }
}
