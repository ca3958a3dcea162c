//! The members that are documented in docs/cli-json.md.

use serde_json::Value;

use crate::harness::{Place, RESOURCE};

fn members(value: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

fn run(place: &Place, words: &str) -> Value {
    place.run(words.split(' ').chain(["--format", "json"])).json()
}

#[test]
fn a_new_account_is_printed_with_everything_that_a_client_needs() {
    let place = Place::with_resource();
    let made = run(
        &place,
        "account create new --scope read:me --introspect https://mcp.example.com/mcp/visitor/shttp",
    );
    assert_eq!(
        members(&made),
        [
            "client_id",
            "client_secret",
            "expires_at",
            "introspection_endpoint",
            "introspects",
            "issuer",
            "jwks_uri",
            "name",
            "region",
            "resource",
            "scopes",
            "secret_expires_at",
            "secret_id",
            "tenant",
            "token_endpoint",
        ]
    );
    assert_eq!(made["token_endpoint"], "https://app.example.com/oauth/v1/token");
    assert_eq!(made["introspection_endpoint"], "https://app.example.com/oauth/v1/introspect");
    assert_eq!(made["jwks_uri"], "https://app.example.com/oauth/v1/jwks");
    assert_eq!((made["region"].as_str(), made["tenant"].as_str()), (Some("us"), Some("default")));
    assert_eq!((&made["resource"], &made["introspects"][0]), (&RESOURCE.into(), &RESOURCE.into()));
    assert_eq!(made["scopes"], serde_json::json!(["read:me"]));
    assert!(made["client_id"].as_str().unwrap().starts_with("sa_us_"));
}

#[test]
fn an_account_that_only_introspects_has_no_resource_and_no_scopes() {
    let place = Place::with_resource();
    let made = run(&place, "account create api --introspect https://mcp.example.com/mcp/visitor/shttp");
    assert_eq!((&made["resource"], &made["scopes"]), (&Value::Null, &serde_json::json!([])));
}

#[test]
fn a_new_secret_has_the_same_members() {
    let (place, _) = Place::with_account();
    let made = run(&place, "account create new --scope read:me");
    let added = run(&place, "secret add nightly");
    assert_eq!(members(&added), members(&made));
    let (place, _) = Place::with_account();
    assert_eq!(members(&run(&place, "secret rotate nightly --expires-in 1h")), members(&made));
}

#[test]
fn accounts_and_secrets_have_their_members() {
    let (place, _) = Place::with_account();
    let account = run(&place, "account show nightly");
    assert_eq!(
        members(&account),
        [
            "allow_cidr",
            "client_id",
            "created_at",
            "default_resource",
            "description",
            "enabled",
            "epoch",
            "expires_at",
            "grants",
            "introspects",
            "labels",
            "last_used_at",
            "name",
            "owner",
            "region",
            "secrets",
            "tenant",
            "token_ttl",
        ]
    );
    assert_eq!(run(&place, "account list")[0], account);
    let secret = &run(&place, "secret list nightly")[0];
    assert_eq!(
        members(secret),
        [
            "allow_cidr",
            "created_at",
            "expires_at",
            "hash",
            "kind",
            "label",
            "last_four",
            "last_used_at",
            "last_used_from",
            "revoked_at",
            "scopes",
            "secret_id",
            "state",
        ]
    );
    assert_eq!(&account["secrets"][0], secret);
    place.run("secret rotate nightly --expires-in 1h --grace 1h --format json".split(' ')).done();
    let expiring = place.run("secret expiring --format json".split(' '));
    let expiring: Value = serde_json::from_str(&expiring.stdout).unwrap();
    assert_eq!(
        members(&expiring[0]),
        [
            "client_id",
            "expires_at",
            "label",
            "last_four",
            "last_used_at",
            "last_used_from",
            "name",
            "secret_id",
            "tenant",
        ]
    );
    assert_eq!(members(&run(&place, "secret finish nightly")[0]), members(secret));
    let unused = place.run("secret unused --for 0s --format json".split(' '));
    let unused: Value = serde_json::from_str(&unused.stdout).unwrap();
    let mut documented = [members(&expiring[0]), vec!["created_at"]].concat();
    documented.sort_unstable();
    assert_eq!(members(&unused[0]), documented);
}

#[test]
fn resources_tenants_and_the_configuration_have_their_members() {
    let (place, _) = Place::with_account();
    let resource = run(&place, &format!("resource show {RESOURCE}"));
    assert_eq!(
        members(&resource),
        [
            "algorithm",
            "created_at",
            "granted_to",
            "granted_to_count",
            "introspected_by",
            "introspected_by_count",
            "name",
            "scopes",
            "token_format",
            "token_ttl",
            "uri",
        ]
    );
    assert_eq!(members(&resource["granted_to"][0]), ["client_id", "name", "scopes", "tenant"]);
    let listed = ["algorithm", "created_at", "name", "scopes", "token_format", "token_ttl", "uri"];
    assert_eq!(members(&run(&place, "resource list")[0]), listed);
    assert_eq!(members(&resource["scopes"][0]), ["implies", "name", "text"]);
    assert_eq!(
        members(&run(&place, "tenant show default")),
        ["accounts", "accounts_allowed", "accounts_in_all_regions", "created_at", "enabled", "epoch", "name"]
    );
    assert_eq!(run(&place, "tenant list")[0], run(&place, "tenant show default"));
    assert_eq!(
        members(&run(&place, "config check")),
        [
            "database",
            "faults",
            "file",
            "issuer",
            "listen_operations",
            "listen_public",
            "master_key_file",
            "notes",
            "other_regions",
            "region",
            "tls",
            "token_endpoint",
        ]
    );
}

#[test]
fn a_simulation_always_has_its_members() {
    let (place, _) = Place::with_account();
    let issued = run(&place, "token simulate nightly");
    let names = ["claims", "client_id", "expires_in", "has_live_secret", "issued", "refusal"];
    assert_eq!(members(&issued), names);
    let claims = ["aud", "client_id", "epoch", "exp", "iat", "iss", "region", "scope", "sub", "tenant"];
    assert_eq!(members(&issued["claims"]), claims);
    let refused =
        place.run(["token", "simulate", "nightly", "--scope", "write:me", "--format", "json"]).stdout;
    let refused: Value = serde_json::from_str(&refused).unwrap();
    assert_eq!(members(&refused), names);
    assert_eq!(members(&refused["refusal"]), ["cure", "facts", "reason", "rule", "why"]);
}

#[test]
fn audit_secret_check_and_panic_have_their_members() {
    let (place, secret) = Place::with_account();
    let record = &run(&place, "audit list")[0];
    let documented =
        "action actor actor_kind after at before chain digest region seq subject_id subject_kind tenant";
    assert_eq!(members(record).join(" "), documented);
    assert_eq!(members(&record["after"]), members(&run(&place, "account show nightly")));
    let exported = place.run(["audit", "export"]).done().stdout;
    let exported: Value = serde_json::from_str(exported.lines().last().unwrap()).unwrap();
    assert_eq!(&exported, record);
    let verdict = run(&place, "audit verify");
    assert_eq!(members(&verdict), ["broken", "heads", "intact", "records", "unchained"]);
    assert_eq!((&verdict["records"], &verdict["unchained"]), (&2.into(), &0.into()));
    let found = place.run_with_input(["secret", "check", "--format", "json"], &secret);
    let found: Value = serde_json::from_str(&found.stdout).unwrap();
    assert_eq!(members(&found[0]), ["client_id", "command", "finding", "line", "name", "secret", "tenant"]);
    let panicked = run(&place, "panic nightly");
    assert_eq!(
        members(&panicked),
        [
            "client_id",
            "epoch",
            "introspection_inactive_at",
            "name",
            "nodes",
            "region",
            "revoked",
            "tenant",
            "tokens_expired_at",
            "tokens_expired_at_the_latest",
        ]
    );
    assert_eq!(panicked["revoked"], run(&place, "secret list nightly"));
    let recovered = run(&place, "account recover nightly");
    assert_eq!(members(&recovered), members(&run(&place, "account create new --scope read:me")));
}

#[test]
fn a_change_prints_the_changed_object() {
    let (place, _) = Place::with_account();
    place.run(["tenant", "create", "customer"]).done();
    assert_eq!(run(&place, "account disable nightly")["enabled"], false);
    assert_eq!(run(&place, "account enable nightly")["enabled"], true);
    let updated = run(
        &place,
        "account update nightly --name daily --token-ttl 15m --expires-in 90d --allow-cidr 192.0.2.7 --allow-cidr \
         2001:db8::/32 --default-resource https://mcp.example.com/mcp/visitor/shttp",
    );
    assert_eq!((updated["name"].as_str(), updated["token_ttl"].as_u64()), (Some("daily"), Some(900)));
    assert_eq!(updated["allow_cidr"], serde_json::json!(["192.0.2.7/32", "2001:db8::/32"]));
    assert!(updated["expires_at"].is_string() && updated["default_resource"] == RESOURCE, "{updated}");
    let cleared = run(
        &place,
        "account update daily --token-ttl none --expires-in never --allow-cidr any --default-resource none",
    );
    assert_eq!(cleared["allow_cidr"], serde_json::json!([]));
    for member in ["token_ttl", "expires_at", "default_resource"] {
        assert_eq!(cleared[member], Value::Null, "{member}");
    }
    assert_eq!(
        run(&place, "account grant daily --scope write:me")["grants"][0]["scopes"],
        serde_json::json!(["read:me", "write:me"])
    );
    assert_eq!(
        run(&place, "account ungrant daily --scope read:me")["grants"][0]["scopes"],
        serde_json::json!(["write:me"])
    );
    assert_eq!(run(&place, "tenant update customer --accounts deny --yes")["accounts_allowed"], false);
    assert_eq!(run(&place, "tenant disable customer --yes")["enabled"], false);
    assert_eq!(run(&place, "tenant enable customer")["enabled"], true);
    let id = updated["client_id"].as_str().unwrap();
    assert_eq!(run(&place, "account delete daily --yes"), serde_json::json!({ "deleted": id, "nodes": [] }));
}

#[test]
fn a_resource_is_changed_member_by_member() {
    let place = Place::with_resource();
    let updated = run(
        &place,
        &format!(
            "resource update {RESOURCE} --scope admin=All --implies admin=read:me --name Visitors --token-ttl 5m \
             --alg EdDSA --remove-scope write:me"
        ),
    );
    assert_eq!(
        updated["scopes"],
        serde_json::json!([
            { "name": "admin", "text": "All", "implies": ["read:me"] },
            { "name": "read:me", "text": "Read", "implies": [] },
        ])
    );
    assert_eq!((updated["algorithm"].as_str(), updated["token_ttl"].as_u64()), (Some("EdDSA"), Some(300)));
    let again = run(
        &place,
        &format!("resource update {RESOURCE} --scope admin --remove-implies admin=read:me --token-ttl none"),
    );
    assert_eq!(again["scopes"][0], serde_json::json!({ "name": "admin", "text": "All", "implies": [] }));
    assert_eq!((again["name"].as_str(), &again["token_ttl"]), (Some("Visitors"), &Value::Null));
    assert_eq!(
        run(&place, &format!("resource delete {RESOURCE} --yes")),
        serde_json::json!({ "deleted": RESOURCE })
    );
    assert_eq!(run(&place, "resource list"), serde_json::json!([]));
}

#[test]
fn revoke_tokens_prints_the_epoch_and_the_last_expiry() {
    let (place, _) = Place::with_account();
    let account = run(&place, "account revoke-tokens nightly");
    assert_eq!(members(&account), ["client_id", "epoch", "last_expiry", "nodes"]);
    assert_eq!(account["epoch"], run(&place, "account show nightly")["epoch"]);
    let tenant = run(&place, "tenant revoke-tokens default --yes");
    assert_eq!(members(&tenant), ["epoch", "last_expiry", "name", "nodes"]);
    assert_eq!(tenant["epoch"], run(&place, "tenant show default")["epoch"]);
    let region = run(&place, "region revoke-tokens --yes");
    assert_eq!(members(&region), ["epoch", "last_expiry", "nodes", "region"]);
    assert_eq!(region["region"], "us");
    assert!(run(&place, "region revoke-tokens --yes")["epoch"].as_i64() > region["epoch"].as_i64());
}
