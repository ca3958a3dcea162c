//! The store does not answer (`[outage] serve_stale_for`).

use std::time::Duration;

use futures_util::future::join_all;
use jeton_core::admin::{NewAccount, SecretRotation};

use crate::support::{World, granted_on, resource};

const FIVE_MINUTES: &str = "[outage]\nserve_stale_for = \"5m\"";

#[tokio::test]
async fn cached_accounts_are_served_for_serve_stale_for_and_then_everything_is_503() {
    let world = World::with(FIVE_MINUTES).await;
    let client = world.client().await;
    let token = world.token(&client).await;
    world.introspect(&client, &token).await.active();
    world.store.make_unavailable();
    assert!(world.gateway.server().directory().follow().await.is_err());
    world.clock.pass(Duration::from_mins(5));
    world.token(&client).await;
    world.introspect(&client, &token).await.active();
    world.introspect(&client, "garbage").await.inactive();
    world.ask(&client.with_secret("wrong"), &[]).await.refused(503, "temporarily_unavailable");
    world.clock.pass(Duration::from_secs(1));
    world.ask(&client, &[]).await.refused(503, "temporarily_unavailable");
    world.introspect(&client, &token).await.refused(503, "temporarily_unavailable");
    world.ask(&client.with_secret("wrong"), &[]).await.refused(503, "temporarily_unavailable");
}

/// The caller has what another node would accept: a new secret, a new scope, a new account.
#[tokio::test]
async fn what_memory_does_not_know_yet_is_503_during_an_outage_and_not_a_refusal() {
    let world = World::with(FIVE_MINUTES).await;
    let client = world.client().await;
    world.token(&client).await;
    world.ask(&client, &[("scope", "delete:me")]).await.refused(400, "invalid_scope");
    world.ask(&client, &[("resource", "https://new.example.com")]).await.refused(400, "invalid_target");
    world.ask(&client.with_id("nobody"), &[]).await.refused(401, "invalid_client");
    let rotation = SecretRotation::after(Duration::from_mins(1));
    let new = world.admin.rotate_secret(&client.id, rotation).await.unwrap();
    let new = client.with_secret(new.secret.unwrap().expose());
    world.store.make_unavailable();
    world.gateway.server().directory().follow().await.unwrap_err();
    for (caller, parameters) in [
        (&new, &[][..]),
        (&client, &[("scope", "delete:me")]),
        (&client, &[("resource", "https://new.example.com")]),
        (&client.with_id("nobody"), &[]),
    ] {
        world.ask(caller, parameters).await.refused(503, "temporarily_unavailable");
    }
    world.token(&client).await;
    // These are wrong whatever the database contains.
    world.ask(&client.with_id("no body"), &[]).await.refused(401, "invalid_client");
    world.ask(&client, &[("scope", "read\"me")]).await.refused(400, "invalid_scope");
    world.store.restore();
    world.follow().await;
    world.token(&new).await;
    world.ask(&client, &[("scope", "delete:me")]).await.refused(400, "invalid_scope");
}

/// The node has read the account, but not yet the resource that was created before it.
#[tokio::test]
async fn an_account_of_a_new_resource_takes_no_token_from_others_during_an_outage() {
    let world = World::new().await;
    let client = world.client().await;
    world.token(&client).await;
    let new = "https://new.example.com";
    world.admin.create_resource(resource(new)).await.unwrap();
    let entitlement = granted_on(new, "read:me");
    let other = world.create(NewAccount { entitlement, ..world.new_account() }).await;
    world.store.hide_catalog();
    world.ask(&other, &[]).await.refused(503, "temporarily_unavailable");
    world.token(&client).await;
    world.store.make_unavailable();
    world.token(&client).await;
    world.store.restore();
    for answer in join_all((0..20).map(|_| world.ask(&other, &[]))).await {
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}

#[tokio::test]
async fn a_malformed_request_is_400_even_during_an_outage() {
    let world = World::with(FIVE_MINUTES).await;
    let client = world.client().await;
    world.store.make_unavailable();
    world.clock.pass(Duration::from_hours(1));
    world.post("/oauth/v1/token").basic(&client).form(&[]).send().await.refused(400, "invalid_request");
}

#[tokio::test]
async fn an_account_that_is_not_in_memory_is_503_at_once_and_never_401() {
    let world = World::new().await;
    let cold = world.client().await;
    let warm = world.client().await;
    let token = world.token(&warm).await;
    let caller = world.introspector().await;
    world.store.make_unavailable();
    for client in [&cold, &cold.with_secret("wrong"), &cold.with_id("nobody")] {
        world.ask(client, &[]).await.refused(503, "temporarily_unavailable");
    }
    world.introspect(&caller, &token).await.refused(503, "temporarily_unavailable");
    let eu = cold.with_id("sa_eu_0123456789abcdefghijkl");
    world.ask(&eu, &[]).await.refused(503, "temporarily_unavailable");
    world.token(&warm).await;
}

#[tokio::test]
async fn a_token_whose_account_is_not_in_memory_is_503_and_not_inactive() {
    let world = World::new().await;
    let owner = world.client().await;
    let token = world.token(&owner).await;
    let caller = world.introspector().await;
    world.follow().await;
    world.introspect(&caller, "x").await.inactive();
    // Its account is no longer in memory, because it was changed.
    world.admin.rotate_secret(&owner.id, SecretRotation::after(Duration::from_mins(1))).await.unwrap();
    world.follow().await;
    world.store.make_unavailable();
    world.introspect(&caller, &token).await.refused(503, "temporarily_unavailable");
    world.introspect(&caller, "x").await.inactive();
}

#[tokio::test]
async fn failures_are_not_cached_and_requests_succeed_after_the_outage() {
    let world = World::with(FIVE_MINUTES).await;
    let client = world.client().await;
    world.store.make_unavailable();
    world.ask(&client, &[]).await.refused(503, "temporarily_unavailable");
    world.clock.pass(Duration::from_hours(1));
    world.store.restore();
    world.follow().await;
    world.token(&client).await;
}

#[tokio::test]
async fn a_change_during_the_outage_applies_after_it() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    world.store.make_unavailable();
    world.admin.disable_account(&client.id).await.unwrap();
    assert!(world.gateway.server().directory().follow().await.is_err());
    world.token(&client).await;
    world.store.restore();
    world.follow().await;
    world.ask(&client, &[]).await.refused(401, "invalid_client");
    let caller = world.introspector().await;
    world.introspect(&caller, &token).await.inactive();
}

#[tokio::test]
async fn keys_and_metadata_are_always_answered() {
    let world = World::new().await;
    world.store.make_unavailable();
    world.clock.pass(Duration::from_hours(24));
    for path in ["/oauth/v1/jwks", "/.well-known/oauth-authorization-server"] {
        assert_eq!(world.get(path).send().await.status, 200, "{path}");
    }
    // A verifier must not keep keys that may have been revoked long ago.
    assert_eq!(world.get("/oauth/v1/jwks").send().await.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn stale_memory_makes_the_node_not_ready_but_healthy() {
    let world = World::with(FIVE_MINUTES).await;
    assert_eq!(world.operations("/readyz").await.status, 200);
    world.store.make_unavailable();
    world.clock.pass(Duration::from_mins(5));
    assert_eq!(world.operations("/readyz").await.status, 200);
    world.clock.pass(Duration::from_secs(1));
    assert_eq!(world.operations("/readyz").await.status, 503);
    assert_eq!(world.operations("/healthz").await.status, 200);
    world.store.restore();
    world.follow().await;
    assert_eq!(world.operations("/readyz").await.status, 200);
}

#[tokio::test]
async fn a_disabled_account_is_refused_even_if_the_catalog_cannot_be_read() {
    let world = World::new().await;
    let client = world.client().await;
    world.token(&client).await;
    world.admin.disable_account(&client.id).await.unwrap();
    world.store.hide_catalog();
    assert!(world.gateway.server().directory().follow().await.is_err());
    world.ask(&client, &[]).await.refused(503, "temporarily_unavailable");
    world.store.restore();
    world.follow().await;
    world.ask(&client, &[]).await.refused(401, "invalid_client");
}
