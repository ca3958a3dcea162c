//! Why client authentication failed. The caller gets the same response for all of these reasons.

use std::time::Duration;

use insta::assert_json_snapshot;
use jeton_core::admin::{Change, IfInUse, NewAccount, SecretTerms};
use jeton_core::model::Restriction;
use serde_json::json;

use super::{assert_says, explained, reason};
use crate::support::{Client, Setup, World, everything_logged};

const TOKEN: &str = "/oauth/v1/token";

async fn refused(world: &World, client: &Client) -> serde_json::Value {
    let refusal = world.ask(client, &[]).await;
    refusal.refused(401, "invalid_client");
    explained(world, &refusal).await
}

#[tokio::test]
async fn an_expired_secret_is_named_with_its_label_and_the_time_since_its_expiry() {
    let world = World::new().await;
    let client = world.client().await;
    let terms = SecretTerms {
        label: Some("Fin, autumn".to_owned()),
        expires_in: Change::Set(Duration::from_mins(1)),
        ..SecretTerms::default()
    };
    let client = world.second_secret(&client, terms).await;
    let added = world.admin.find_account(&client.id).await.unwrap().credentials.remove(1).id;
    world.pass(Duration::from_secs(60 + 62)).await;
    let known = refused(&world, &client).await;
    assert_json_snapshot!(known, {
        ".error_id" => "[error_id]", ".node" => "[node]", ".client_id" => "[client_id]", ".facts.secret_id" => "[secret_id]",
        ".cure" => "[cure]", ".why" => "[why]",
    }, @r#"
    {
      "account": {
        "name": "integration 0",
        "tenant": "default"
      },
      "address": "192.0.2.1",
      "at": "2026-11-23T08:02:02Z",
      "authentication": "client_secret_post",
      "client_id": "[client_id]",
      "cure": "[cure]",
      "endpoint": "token",
      "error": "invalid_client",
      "error_description": "The client id or secret is wrong, or is not allowed now. Check both. The administrator can look up the reason with the error_id.",
      "error_id": "[error_id]",
      "facts": {
        "ago": 62,
        "expired_at": "2026-11-23T08:01:00Z",
        "secret_id": "[secret_id]",
        "secret_label": "Fin, autumn"
      },
      "node": "[node]",
      "reason": "expired_secret",
      "region": "us",
      "rule": "A secret is valid until it expires, to the second. A rotated secret is valid until its grace period ends.",
      "status": 401,
      "why": "[why]"
    }
    "#);
    assert_eq!(known["client_id"], client.id);
    assert_eq!(known["facts"]["secret_id"], added.as_str());
    assert_says(&known, "why", &format!("{added} (Fin, autumn)"));
    assert_says(&known, "why", "expired at 2026-11-23T08:01:00Z, 1m 2s before the request");
    assert_says(&known, "cure", &format!("jeton secret rotate {}", client.id));
}

#[tokio::test]
async fn a_revoked_secret_is_named_with_the_time_of_its_revocation() {
    let world = World::new().await;
    let client = world.client().await;
    let secret = world.admin.find_account(&client.id).await.unwrap().credentials[0].id.clone();
    world.admin.revoke_secret(&client.id, &secret, IfInUse::Revoke).await.unwrap();
    world.pass(Duration::from_secs(5)).await;
    let known = refused(&world, &client).await;
    assert_eq!(known["reason"], "revoked_secret");
    assert_eq!(
        known["facts"],
        json!({ "secret_id": secret, "revoked_at": "2026-11-23T08:00:00Z", "ago": 5 })
    );
    assert_says(&known, "cure", &format!("jeton secret add {}", client.id));
}

#[tokio::test]
async fn wrong_and_mistyped_secrets_and_unknown_and_malformed_ids_have_different_reasons() {
    let world = World::new().await;
    let client = world.client().await;
    let unknown_client = client.with_id("sa_us_0000000000000000000000");
    let mistyped = client.secret.replace("jtnsk_", "jtnsk_x");
    for (client, reason, cure) in [
        (client.with_secret("jtnsk_not-its-own"), "broken_secret", "jeton secret rotate sa_us_"),
        (client.with_secret(&mistyped), "broken_secret", "jeton secret rotate sa_us_"),
        (client.with_secret("hunter2hunter2hunter2"), "wrong_secret", "jeton secret list sa_us_"),
        (unknown_client.clone(), "unknown_client", "jeton account list"),
        (client.with_id("some body"), "malformed_client_id", "jeton account list"),
    ] {
        let known = refused(&world, &client).await;
        assert_eq!(known["reason"], reason, "{known}");
        assert_says(&known, "cure", cure);
    }
    assert_eq!(refused(&world, &unknown_client).await["client_id"], unknown_client.id);
    assert_eq!(refused(&world, &client.with_id("some body")).await["client_id"], serde_json::Value::Null);
}

#[tokio::test]
async fn the_account_the_address_and_the_method_are_recorded() {
    let world = World::new().await;
    let client = world.client().await;
    world.token(&client).await;
    let wrong = client.with_secret("hunter2hunter2hunter2");
    let known = refused(&world, &wrong).await;
    assert_eq!(known["account"], json!({ "name": "integration 0", "tenant": "default" }));
    assert_eq!((&known["address"], &known["endpoint"]), (&json!("192.0.2.1"), &json!("token")));
    assert_eq!((&known["region"], &known["at"]), (&json!("us"), &json!("2026-11-23T08:00:00Z")));
    assert_eq!(known["node"], world.gateway.tag().to_string());
    assert_eq!(known["authentication"], "client_secret_post");
    let call = world.post("/oauth/v1/introspect").basic(&wrong).form(&[("token", "x")]);
    let known = explained(&world, &call.send().await).await;
    assert_eq!(known["authentication"], "client_secret_basic");
    assert_eq!(known["endpoint"], "introspection");
}

#[tokio::test]
async fn a_disabled_account_an_expired_one_and_both_kinds_of_tenants_have_different_reasons_and_commands() {
    let world = World::new().await;
    let disabled = world.client().await;
    world.admin.disable_account(&disabled.id).await.unwrap();
    let expiring_account = NewAccount { expires_in: Some(Duration::from_mins(1)), ..world.new_account() };
    let expired = world.create(expiring_account).await;
    for tenant in ["closed", "denied"] {
        world.admin.create_tenant(tenant.parse().unwrap()).await.unwrap();
    }
    let of = |tenant: &str| NewAccount { tenant: tenant.parse().unwrap(), ..world.new_account() };
    let (closed, denied) = (world.create(of("closed")).await, world.create(of("denied")).await);
    world.admin.disable_tenant(&"closed".parse().unwrap()).await.unwrap();
    world.admin.allow_accounts(&"denied".parse().unwrap(), false).await.unwrap();
    world.pass(Duration::from_mins(2)).await;
    for (client, reason, cure) in [
        (&disabled, "disabled_account", format!("jeton account enable {}", disabled.id)),
        (&expired, "expired_account", format!("jeton account update {} --expires-in", expired.id)),
        (&closed, "disabled_tenant", "jeton tenant enable closed".to_owned()),
        (&denied, "barred_tenant", "jeton tenant update denied --accounts allow".to_owned()),
    ] {
        let known = refused(&world, client).await;
        assert_eq!(known["reason"], reason, "{known}");
        assert_says(&known, "cure", &cure);
    }
    let facts = refused(&world, &expired).await["facts"].clone();
    assert_eq!(facts, json!({ "expired_at": "2026-11-23T08:01:00Z", "ago": 60 }));
    assert_eq!(refused(&world, &closed).await["account"]["tenant"], "closed");
}

#[tokio::test]
async fn an_address_is_shown_with_the_allowed_networks() {
    let world = World::new().await;
    let networks = ["10.0.0.0/8", "2001:db8::/32"].map(|network| network.parse().unwrap());
    let client = world.create(NewAccount { allow_cidr: networks.to_vec(), ..world.new_account() }).await;
    let known = refused(&world, &client).await;
    assert_eq!(known["reason"], "address_not_allowed");
    let facts = json!({ "address": "192.0.2.1", "allowed": ["10.0.0.0/8", "2001:db8::/32"] });
    assert_eq!(known["facts"], facts);
    assert_says(&known, "cure", &format!("jeton account update {} --allow-cidr", client.id));
}

#[tokio::test]
async fn an_unknown_address_is_shown_as_unknown() {
    // Its own seed, for unique error ids: all tests write into one log.
    let world = World::set_up(Setup { seed: 23, ..Setup::default() }).await;
    let networks = vec!["0.0.0.0/0".parse().unwrap()];
    let client = world.create(NewAccount { allow_cidr: networks.clone(), ..world.new_account() }).await;
    let restriction = Restriction { allow_cidr: networks, ..Restriction::default() };
    let terms = SecretTerms { restriction, ..SecretTerms::default() };
    let narrow = world.second_secret(&world.client().await, terms).await;
    for (client, name) in [(&client, "address_unknown"), (&narrow, "address_unknown_for_secret")] {
        let refusal = world.token_call(client, &[]).without_peer().send().await;
        refusal.refused(401, "invalid_client");
        let known = reason(&world, &refusal, name).await;
        assert_eq!((&known["address"], &known["facts"]["address"]), (&json!("unknown"), &json!("unknown")));
        assert_eq!(known["facts"]["allowed"], json!(["0.0.0.0/0"]));
        assert_says(&known, "cure", "listen.forwarded_header");
        let id = known["error_id"].as_str().unwrap();
        let logged = everything_logged();
        let line = logged.lines().find(|line| line.contains(id)).unwrap();
        assert!(line.contains("address=unknown"), "{line}");
    }
}

#[tokio::test]
async fn missing_and_unusable_credentials_have_different_reasons() {
    let world = World::new().await;
    let grant = ("grant_type", "client_credentials");
    let post = || world.post(TOKEN);
    for (call, name) in [
        (post().form(&[grant]), "no_credentials"),
        (post().form(&[grant, ("client_id", "sa")]), "incomplete_credentials"),
        (post().form(&[grant]).raw_basic("no colon"), "unusable_authorization_header"),
        (
            post().form(&[grant, ("client_assertion", "x"), ("client_assertion_type", "y")]),
            "unsupported_method",
        ),
    ] {
        let refusal = call.send().await;
        refusal.refused(401, "invalid_client");
        reason(&world, &refusal, name).await;
    }
}

#[tokio::test]
async fn an_id_of_another_region_is_explained_with_its_endpoint() {
    let world = World::new().await;
    let client = world.client().await.with_id("sa_eu_0123456789abcdefghijkl");
    let known = refused(&world, &client).await;
    assert_eq!(known["reason"], "wrong_region");
    let endpoint = "https://app.eu.example.com/oauth/v1/token";
    assert_eq!(known["facts"], json!({ "region": "eu", "token_endpoint": endpoint }));
    assert_says(&known, "cure", endpoint);
}

#[tokio::test]
async fn too_many_failures_are_explained_with_the_time_to_wait() {
    let world = World::with("[limits]\nfailures = 1\nper = \"60s\"").await;
    let wrong = world.client().await.with_secret("hunter2hunter2hunter2");
    refused(&world, &wrong).await;
    let refusal = world.ask(&wrong, &[]).await;
    refusal.refused(429, "temporarily_unavailable");
    let known = reason(&world, &refusal, "too_many_failures").await;
    assert_eq!(known["facts"], json!({ "retry_after": 60 }));
}
