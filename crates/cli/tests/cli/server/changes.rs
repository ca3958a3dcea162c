//! A running server applies changes by commands within a second.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::harness::{Place, RESOURCE, Server};

fn serving() -> (Place, Server, Value) {
    let place = Place::empty();
    let server = Server::start(&place, &["dev", "--listen", "127.0.0.1:0"]);
    let account = place.create_account("fin", &["--scope", "read:me"]);
    (place, server, account)
}

fn post(place: &Place, account: &Value, endpoint: &str, more: &str) -> Value {
    let text = |member: &str| account[member].as_str().unwrap();
    let form = format!("client_id={}&client_secret={}&{more}", text("client_id"), text("client_secret"));
    let url = account["token_endpoint"].as_str().unwrap().replace("/token", endpoint);
    place.shell(&format!("printf %s '{form}' | curl --silent --data @- '{url}'")).json()
}

fn token(place: &Place, account: &Value) -> Value {
    post(place, account, "/token", "grant_type=client_credentials")
}

/// Polls until `is_so`, and fails if that takes longer than documented. The duration of the last request does not
/// count, because a busy machine starts processes slowly.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "the promise is about real time, of a real process")]
fn within_a_second(mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    loop {
        let asked = Instant::now();
        if is_so() {
            return;
        }
        assert!(asked - began < Duration::from_secs(1), "no effect after {:?}", asked - began);
        // On a fast machine, polling without a pause would exceed the failure limit of the client.
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_disabled_account_is_refused_and_its_tokens_stay_revoked() {
    let (place, _server, fin) = serving();
    let issued = token(&place, &fin)["access_token"].as_str().unwrap().to_owned();
    let api = place.create_account("api", &["--introspect", RESOURCE]);
    let is_active = || post(&place, &api, "/introspect", &format!("token={issued}"))["active"] == true;
    assert!(is_active());

    place.run(["account", "disable", "fin"]).done();
    within_a_second(|| token(&place, &fin)["error"] == "invalid_client");
    assert!(!is_active());

    place.run(["account", "enable", "fin"]).done();
    within_a_second(|| token(&place, &fin)["access_token"].is_string());
    assert!(!is_active(), "an old token is active again");
}

#[test]
fn a_rotated_secret_works_at_once_and_a_revoked_one_no_longer() {
    let (place, _server, fin) = serving();
    assert!(token(&place, &fin)["access_token"].is_string());
    let rotated = place.run(["secret", "rotate", "fin", "--format", "json"]).json();
    within_a_second(|| token(&place, &rotated)["access_token"].is_string());
    assert!(token(&place, &fin)["access_token"].is_string(), "the old secret is in its grace period");
    place.run(["secret", "revoke", "fin", fin["secret_id"].as_str().unwrap(), "--force"]).done();
    within_a_second(|| token(&place, &fin)["error"] == "invalid_client");
    assert!(token(&place, &rotated)["access_token"].is_string());
}

#[test]
fn a_disabled_tenant_disables_its_accounts() {
    let (place, _server, _) = serving();
    place.run(["tenant", "create", "customer"]).done();
    let create =
        ["account", "create", "theirs", "--tenant", "customer", "--scope", "read:me", "--format", "json"];
    let theirs = place.run(create).json();
    assert!(token(&place, &theirs)["access_token"].is_string());
    place.run(["tenant", "disable", "customer", "--yes"]).done();
    within_a_second(|| token(&place, &theirs)["error"] == "invalid_client");
}

#[test]
fn a_resource_of_another_algorithm_signs_at_once() {
    let (place, _server, _) = serving();
    let uri = "https://other.example.com";
    place.run(["resource", "create", uri, "--scope", "other", "--alg", "EdDSA"]).done();
    let create = ["account", "create", "other", "--resource", uri, "--scope", "other", "--format", "json"];
    let account = place.run(create).json();
    within_a_second(|| token(&place, &account)["access_token"].is_string());
}

#[test]
fn a_panic_takes_effect_and_the_recovered_secret_works() {
    let (place, _server, fin) = serving();
    let issued = token(&place, &fin)["access_token"].as_str().unwrap().to_owned();
    let api = place.create_account("api", &["--introspect", RESOURCE]);
    let is_active = || post(&place, &api, "/introspect", &format!("token={issued}"))["active"] == true;
    assert!(is_active());

    place.run(["panic", "fin"]).done();
    within_a_second(|| !is_active() && token(&place, &fin)["error"] == "invalid_client");

    let recovered = place.run(["account", "recover", "fin", "--format", "json"]).json();
    within_a_second(|| token(&place, &recovered)["access_token"].is_string());
    assert!(!is_active());
}
