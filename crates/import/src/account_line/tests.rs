use std::time::Duration;

use jeton_admin::value::Timestamp;
use jeton_protocol::ResourceUri;
use serde_json::{Value, json};

use super::*;

const BCRYPT: &str = "$2a$04$SHHx1hEV1O8xh6gP6H8bmeznWaY7LRPHSwHdlljimMNIk8wegoYY.";

fn line_with(changes: &Value) -> String {
    let mut line = json!({"client_id": "billing", "scopes": ["read"], "secret_hash": BCRYPT});
    for (name, value) in changes.as_object().unwrap() {
        line[name] = value.clone();
    }
    line.to_string()
}

fn read_with(changes: &Value) -> Result<AccountToImport, BadLine> {
    read_account(&line_with(changes), false)
}

#[test]
fn a_short_line_has_the_defaults() {
    let import = read_with(&json!({})).unwrap();
    let account = &import.account;
    assert_eq!((import.client_id.as_str(), account.name.as_str()), ("billing", "billing"));
    assert_eq!((account.tenant.as_str(), account.entitlement.resource.as_ref()), (DEFAULT_TENANT, None));
    assert_eq!((account.token_ttl, account.expires_in, import.expires_at), (None, None, None));
    assert!(!is_in_clear(&import));
}

#[test]
fn every_member_is_read() {
    let import = read_with(&json!({
        "name": "Billing", "tenant": "acme", "description": "nightly", "owner": "ops", "labels": {"env": "prod"},
        "grants": [{"resource": "https://a", "scopes": ["read", "write"]}, {"resource": "https://b", "scopes": ["x"]}],
        "scopes": null, "introspects": ["https://c"], "allow_cidr": ["192.0.2.7/24", "2001:db8::1"], "token_ttl": 900,
        "expires_at": "2030-01-01T00:00:00Z", "secret_expires_in": 60, "secret_hash": null,
        "secret": "the-customers-old-secret",
    }))
    .unwrap();
    let account = &import.account;
    assert_eq!((account.name.as_str(), account.tenant.as_str()), ("Billing", "acme"));
    assert_eq!(account.details.owner.as_deref(), Some("ops"));
    assert_eq!(account.details.labels.iter().collect::<Vec<_>>(), [("env", "prod")]);
    let uri = |text: &str| -> ResourceUri { text.parse().unwrap() };
    assert_eq!(account.entitlement.resource, Some(uri("https://b")));
    assert_eq!(account.entitlement.introspects, [uri("https://c")]);
    assert_eq!(import.more_entitlements[0].resource, Some(uri("https://a")));
    assert_eq!(import.more_entitlements[0].scope.as_ref().unwrap().to_string(), "read write");
    let networks: Vec<_> = account.allow_cidr.iter().map(ToString::to_string).collect();
    assert_eq!(networks, ["192.0.2.0/24", "2001:db8::1/128"]);
    assert_eq!(account.token_ttl, Some(Duration::from_mins(15)));
    assert_eq!(import.expires_at, Some(Timestamp::from_unix(1_893_456_000)));
    assert_eq!(account.secret_expires_in, Some(Duration::from_mins(1)));
    assert!(is_in_clear(&import));
}

#[test]
fn short_names_of_members_are_read_too() {
    let line = json!({"id": "a", "introspect": ["https://c"], "secret_hash": BCRYPT}).to_string();
    let import = read_account(&line, false).unwrap();
    assert_eq!(import.account.entitlement.introspects.len(), 1);
    assert_eq!(import.account.entitlement.scope, None);
}

#[test]
fn a_text_that_looks_like_a_digest_is_a_secret_only_if_the_line_or_the_caller_says_so() {
    let digest = json!({"secret": "5f4dcc3b5aa765d61d8327deb882cf99", "secret_hash": null});
    assert!(matches!(read_with(&digest), Err(BadLine::DigestShape(_))));
    assert!(is_in_clear(&read_account(&line_with(&digest), true).unwrap()));
    let mut confirmed = digest;
    confirmed["clear"] = json!(true);
    assert!(is_in_clear(&read_with(&confirmed).unwrap()));
}

#[test]
fn a_bad_line_says_why() {
    for (changes, why) in [
        (json!({"client_id": "a b"}), "visible ASCII"),
        (json!({"client_id": "x".repeat(255)}), "add the member name"),
        (json!({"name": 5}), "expected a string"),
        (json!({"surname": "x"}), "unknown field `surname`"),
        (json!({"labels": {"a b": "x"}}), "label key"),
        (json!({"scopes": []}), "a grant without scopes"),
        (json!({"scopes": null}), "neither scopes nor grants"),
        (json!({"scopes": null, "resource": "https://a"}), "resource without"),
        (json!({"grants": []}), "both grants and scopes"),
        (
            json!({"scopes": null, "grants": [{"resource": "https://a", "scopes": ["x"]}, {"resource": "https://A/",
             "scopes": ["y"]}]}),
            "the same resource",
        ),
        (json!({"allow_cidr": ["192.0.2.0/33"]}), "\"192.0.2.0/33\" is not a network"),
        (json!({"token_ttl": 0}), "its token_ttl is not between"),
        (json!({"expires_in": 4_000_000_000_u64}), "its expires_in is not between"),
        (json!({"expires_in": 1, "expires_at": "2030-01-01T00:00:00Z"}), "both expires_in and expires_at"),
        (json!({"expires_at": "2030-01-01"}), "RFC 3339"),
        (json!({"secret_hash": null}), "it has no secret"),
        (json!({"secret": "the-customers-old-secret"}), "both secret and secret_hash"),
        (json!({"secret": BCRYPT, "secret_hash": null}), "rename the member to secret_hash"),
        (json!({"secret": "********", "secret_hash": null}), "a mask"),
    ] {
        let reason = read_with(&changes).unwrap_err().to_string();
        assert!(reason.contains(why), "{changes}: {reason}");
        assert!(!reason.contains(" at line "), "{reason}");
    }
}

#[test]
fn a_line_that_is_no_object_is_refused() {
    let positional = json!(["billing", null, null]).to_string();
    for (line, why) in [
        (positional.as_str(), "not a JSON object"),
        ("null", "not a JSON object"),
        ("{\"client_id\":\"a\"", "EOF"),
        (r#"{"client_id":"a","client_id":"b"}"#, "duplicate field"),
        (r#"{"scopes":["a"]}"#, "missing field `client_id`"),
        ("{} {}", "missing field"),
    ] {
        let reason = read_account(line, false).unwrap_err().to_string();
        assert!(reason.contains(why), "{line}: {reason}");
    }
}

#[test]
fn no_reason_shows_a_secret() {
    for member in ["secret", "secret_hash"] {
        for value in [
            json!(123_454_321),
            json!(["hidden-text-1"]),
            json!({"a": "hidden-text-1"}),
            json!("hidden-text-1"),
        ] {
            let mut line = json!({"client_id": "billing", "scopes": []});
            line[member] = value.clone();
            let reason = read_account(&line.to_string(), false).unwrap_err().to_string();
            assert!(!reason.contains("hidden") && !reason.contains("12345"), "{member} {value}: {reason}");
        }
    }
}
