//! Which tokens the feed lists, for whom, and for how long.

use std::time::Duration;

use jeton_core::Clock as _;
use jeton_core::admin::NewAccount;
use jeton_core::model::{Actor, Revocation, TokenId};
use jeton_core::store::{Action, AuditEntry, Subject};
use jeton_protocol::{MAX_FEED_ENTRIES, Truncation};
use jeton_server::app;

use super::{FEED, OTHER, call, document, etag, feed, is_revoked, jti, listed, name_digest, reader};
use crate::support::{API, Call, Client, World, granted_on, jwt};

async fn revoked(world: &World, client: &Client) -> String {
    let token = world.token(client).await;
    world.revoke(client, &token).await.revoked();
    token
}

#[tokio::test]
async fn a_revoked_token_is_listed_at_once_by_this_node_and_by_another_when_it_follows() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    let (token, kept) = (world.token(&client).await, world.token(&client).await);
    let other = world.another_gateway().await;
    assert_eq!(feed(&world, &api).await.tokens, []);
    world.revoke(&client, &token).await.revoked();
    let here = feed(&world, &api).await;
    assert_eq!(listed(&here), [jti(&token)]);
    assert_eq!(here.tokens[0].exp, jwt::claims(&token)["exp"]);
    assert!(is_revoked(&here, &token) && !is_revoked(&here, &kept) && here.truncation == Truncation::None);
    let there = || Call::new(app(&other), http::Method::GET, FEED).basic(&api).send();
    assert_eq!(document(&there().await).tokens, []);
    other.server().directory().follow().await.unwrap();
    assert_eq!(document(&there().await), here);
}

#[tokio::test]
async fn a_token_that_an_administrator_revoked_is_listed_when_the_node_follows() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    let token = world.token(&client).await;
    world.admin.revoke_token(world.gateway.server().settings(), &token).await.unwrap();
    assert!(!is_revoked(&feed(&world, &api).await, &token));
    world.follow().await;
    assert!(is_revoked(&feed(&world, &api).await, &token));
}

#[tokio::test]
async fn each_caller_gets_only_the_audiences_that_it_may_introspect() {
    let world = World::new().await;
    world.add_resource(OTHER).await;
    let client = world.client().await;
    let elsewhere =
        world.create(NewAccount { entitlement: granted_on(OTHER, "read:me"), ..world.new_account() }).await;
    let (one, two) = (revoked(&world, &client).await, revoked(&world, &elsewhere).await);
    let (api, other) = (reader(&world, API).await, reader(&world, OTHER).await);
    let both = reader(&world, API).await;
    world.admin.grant(&both.id, &crate::support::introspecting(OTHER)).await.unwrap();
    assert_eq!(listed(&feed(&world, &api).await), [jti(&one)]);
    assert_eq!(listed(&feed(&world, &other).await), [jti(&two)]);
    let mut all = [jti(&one), jti(&two)];
    all.sort();
    assert_eq!(listed(&feed(&world, &both).await), all);
}

#[tokio::test]
async fn a_token_without_a_stored_audience_is_listed_for_every_caller() {
    let world = World::new().await;
    world.add_resource(OTHER).await;
    let token = TokenId::from_bytes([7; 16]);
    let revocation = Revocation {
        token,
        client_id: "somebody".parse().unwrap(),
        audience: None,
        expires_at: world.clock.now().after(Duration::from_hours(1)),
        revoked_at: world.clock.now(),
    };
    let audit = AuditEntry {
        at: world.clock.now(),
        actor: Actor::Cli("an older version".to_owned()),
        action: Action::RevokeToken,
        tenant: None,
        subject: Subject::Token(token),
        before: None,
        after: None,
    };
    world.admin.store().add_revocation(&revocation, &audit).await.unwrap();
    world.follow().await;
    for resource in [API, OTHER] {
        assert_eq!(listed(&feed(&world, &reader(&world, resource).await).await), [token.to_string()]);
    }
}

#[tokio::test]
async fn an_account_with_too_many_revocations_is_named_by_its_digest_and_truncates_no_other() {
    let world = World::new().await;
    let (loud, quiet, api) = (world.client().await, world.client().await, world.introspector().await);
    let early = revoked(&world, &quiet).await;
    revoke_many(&world, &loud, 2 * MAX_FEED_ENTRIES).await;
    world.follow().await;
    let late = revoked(&world, &quiet).await;
    let answer = call(&world, &api, "").send().await;
    let document = document(&answer);
    assert_eq!(document.truncation, Truncation::of([name_digest(&loud.id)].into()));
    assert!(is_revoked(&document, &early) && is_revoked(&document, &late));
    assert!((9_000..=MAX_FEED_ENTRIES).contains(&document.tokens.len()), "{}", document.tokens.len());
    assert!(!answer.body.contains(&loud.id));
    assert_eq!(answer.json()["truncated"], true);
}

/// As many revocations of tokens of `client` that expire in an hour.
async fn revoke_many(world: &World, client: &Client, count: usize) {
    let revocation = |number: usize| Revocation {
        token: TokenId::from_bytes(u128::try_from(number).unwrap().to_be_bytes()),
        client_id: client.id.parse().unwrap(),
        audience: Some(API.parse().unwrap()),
        expires_at: world.clock.now().after(Duration::from_hours(1)),
        revoked_at: world.clock.now(),
    };
    let revocations: Vec<_> = (0..count).map(revocation).collect();
    let audit = AuditEntry {
        at: world.clock.now(),
        actor: Actor::Cli("test".to_owned()),
        action: Action::RevokeToken,
        tenant: None,
        subject: Subject::Token(revocations[0].token),
        before: None,
        after: None,
    };
    world.admin.store().add_revocations(&revocations, &[audit]).await.unwrap();
}

#[tokio::test]
async fn an_id_leaves_the_feed_five_minutes_after_its_token_has_expired() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    let token = revoked(&world, &client).await;
    world.pass(Duration::from_mins(65)).await;
    assert_eq!(listed(&feed(&world, &api).await), [jti(&token)]);
    world.pass(Duration::from_mins(1)).await;
    assert_eq!(feed(&world, &api).await.tokens, []);
}

#[tokio::test]
async fn nodes_with_the_same_revocations_give_the_same_tag_within_a_minute() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    // The tokens leave the feed, five minutes after their hour, in the middle of a minute.
    world.pass(Duration::from_secs(30)).await;
    for _ in 0..20 {
        revoked(&world, &client).await;
    }
    world.admin.disable_account(&client.id).await.unwrap();
    world.pass(Duration::from_secs(65 * 60 - 10)).await;
    let here = call(&world, &api, "").send().await;
    world.clock.pass(Duration::from_secs(39));
    let there = Call::new(world.another_node().await, http::Method::GET, FEED).basic(&api).send().await;
    assert_eq!(etag(&here), etag(&there));
    assert_eq!(document(&here).tokens.len(), 20);
}

#[tokio::test]
async fn it_is_served_from_memory() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    revoked(&world, &client).await;
    feed(&world, &api).await;
    let calls = world.store.calls();
    for _ in 0..100 {
        feed(&world, &api).await;
    }
    assert_eq!(world.store.calls(), calls);
}

#[tokio::test]
async fn the_feed_contains_no_names_and_no_tokens() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    let token = revoked(&world, &client).await;
    world.admin.disable_account(&client.id).await.unwrap();
    world.admin.revoke_tenant_tokens(&"default".parse().unwrap()).await.unwrap();
    world.follow().await;
    let answer = call(&world, &api, "").send().await;
    let document = document(&answer);
    assert_eq!((document.accounts.len(), document.tenants.len(), document.tokens.len()), (1, 1, 1));
    for text in [&client.id, &client.secret, &token, "default", "integration"] {
        assert!(!answer.body.contains(text), "{text}");
    }
}
