//! Simulated token requests.

use serde_json::{Value, json};

use crate::harness::{Outcome, Place, RESOURCE, Server};

fn simulate(place: &Place, words: &str) -> Outcome {
    let more = words.split(' ').filter(|word| !word.is_empty());
    place.run(["token", "simulate", "nightly", "--format", "json"].into_iter().chain(more))
}

fn issued(place: &Place, words: &str) -> Value {
    let view = simulate(place, words).json();
    assert_eq!((&view["issued"], &view["refusal"]), (&json!(true), &Value::Null), "{view}");
    view
}

fn refused(place: &Place, words: &str) -> Value {
    let outcome = simulate(place, words);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (1, ""), "{outcome:?}");
    let view: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!((&view["issued"], &view["claims"]), (&json!(false), &Value::Null), "{view}");
    view["refusal"].clone()
}

#[test]
fn the_claims_are_those_of_the_token_that_is_issued() {
    let place = Place::empty();
    let _server = Server::start(&place, &["dev", "--listen", "127.0.0.1:0"]);
    let made = place
        .run(["account", "create", "nightly", "--scope", "read:me", "--token-ttl", "7m", "--format", "json"])
        .json();
    let secret = made["client_secret"].as_str().unwrap();
    let token = place.run_with_input(["token", "issue", "nightly"], secret).done().stdout;
    let mut real =
        place.run_with_input(["token", "inspect", "--format", "json"], &token).json()["claims"].clone();
    let view = issued(&place, "");
    let mut simulated = view["claims"].clone();
    assert_eq!(view["expires_in"], 420);
    let lifetime = |claims: &Value| claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!(lifetime(&real), lifetime(&simulated));
    for (claims, names) in [(&mut real, vec!["iat", "exp", "jti"]), (&mut simulated, vec!["iat", "exp"])] {
        for name in names {
            claims.as_object_mut().unwrap().remove(name).unwrap();
        }
    }
    assert_eq!(simulated, real);
}

#[test]
fn scope_resource_address_and_secret_are_checked_as_in_a_request() {
    let (place, _) = Place::with_account();
    assert_eq!(issued(&place, "--scope read:me --scope write:me")["claims"]["scope"], "read:me");
    assert_eq!(issued(&place, &format!("--resource {RESOURCE}"))["claims"]["aud"], RESOURCE);
    assert_eq!(refused(&place, "--scope write:me")["facts"]["granted"], json!(["read:me"]));
    assert_eq!(refused(&place, "--scope a,b")["reason"], "malformed_scope");
    assert_eq!(refused(&place, "--resource https://x.example")["reason"], "unknown_resource");
    assert_eq!(refused(&place, "--resource x")["reason"], "malformed_resource");
    place.run(["account", "update", "nightly", "--allow-cidr", "192.0.2.0/24"]).done();
    issued(&place, "");
    issued(&place, "--from 192.0.2.7");
    let refusal = refused(&place, "--from 198.51.100.7");
    assert_eq!(refusal["facts"], json!({ "address": "198.51.100.7", "allowed": ["192.0.2.0/24"] }));
}

#[test]
fn a_chosen_secret_is_checked_for_expiry_and_revocation() {
    let (place, _) = Place::with_account();
    let added =
        place.run(["secret", "add", "nightly", "--expires-in", "1m", "--format", "json"]).json()["secret_id"]
            .clone();
    let choose = format!("--secret {}", added.as_str().unwrap());
    assert!(issued(&place, &choose)["expires_in"].as_u64().unwrap() <= 60);
    assert_eq!(issued(&place, "")["expires_in"], 3_600);
    place.run(["secret", "revoke", "nightly", added.as_str().unwrap()]).done();
    assert_eq!(refused(&place, &choose)["reason"], "revoked_secret");
    assert!(simulate(&place, "--secret sec_00000000000").refused(3).contains("jeton secret list"));
    assert!(place.run(["token", "simulate", "nobody"]).refused(3).contains("jeton account list"));
}

#[test]
fn only_a_simulation_with_a_secret_says_that_the_secret_is_correct() {
    let (place, _) = Place::with_account();
    let secrets = place.run(["secret", "list", "nightly", "--format", "json"]).json();
    let choose = format!("--secret {}", secrets[0]["secret_id"].as_str().unwrap());
    place.run(["account", "disable", "nightly"]).done();
    assert_eq!(refused(&place, "")["why"], "The account is disabled.");
    assert_eq!(refused(&place, &choose)["why"], "The secret is correct, but the account is disabled.");
}

#[test]
fn without_an_active_secret_the_account_is_checked_with_a_notice() {
    let (place, _) = Place::with_account();
    let secrets = place.run(["secret", "list", "nightly", "--format", "json"]).json();
    place.run(["secret", "revoke", "nightly", secrets[0]["secret_id"].as_str().unwrap()]).done();
    let outcome = simulate(&place, "").done();
    assert!(
        outcome.stderr.contains("no active secret") && outcome.stderr.contains("jeton secret add"),
        "{outcome:?}"
    );
    let view: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!((&view["issued"], &view["has_live_secret"]), (&json!(true), &json!(false)));
}

#[test]
fn the_table_shows_the_verdict_and_the_explanation() {
    let (place, _) = Place::with_account();
    let shown = place.run(["token", "simulate", "nightly"]).done().stdout;
    assert!(shown.starts_with("Verdict:") && shown.contains("a token would be issued"), "{shown}");
    assert!(shown.contains("claim scope:") && !shown.contains("jti"), "{shown}");
    place.run(["account", "disable", "nightly"]).done();
    let outcome = place.run(["token", "simulate", "nightly"]);
    assert_eq!(outcome.code, 1, "{outcome:?}");
    for words in
        ["would be refused", "The account is disabled", "jeton account enable sa_us_", "disabled_account"]
    {
        assert!(outcome.stdout.contains(words), "{words} is not in\n{}", outcome.stdout);
    }
}

#[test]
fn a_simulation_changes_nothing_and_creates_no_keys() {
    let (place, _) = Place::with_account();
    let keys = || place.run(["key", "list", "--format", "json"]).json();
    let before = (place.accounts(), keys());
    issued(&place, "");
    refused(&place, "--scope write:me");
    assert_eq!((place.accounts(), keys()), before);
}
