//! Commands that take several accounts.

use serde_json::{Value, json};

use crate::harness::Place;

/// A folder with the accounts `a`, `b` and `c`.
fn with_accounts() -> Place {
    let place = Place::with_resource();
    for name in ["a", "b", "c"] {
        place.create_account(name, &["--scope", "read:me"]);
    }
    place
}

fn enabled(place: &Place) -> Vec<(String, bool)> {
    let accounts = place.accounts();
    let row = |account: &Value| {
        (account["name"].as_str().unwrap().to_owned(), account["enabled"].as_bool().unwrap())
    };
    let mut rows: Vec<_> = accounts.as_array().unwrap().iter().map(row).collect();
    rows.sort();
    rows
}

fn expected(states: [bool; 3]) -> Vec<(String, bool)> {
    ["a", "b", "c"].map(str::to_owned).into_iter().zip(states).collect()
}

#[test]
fn several_accounts_are_disabled_and_enabled_by_one_command() {
    let place = with_accounts();
    let disabled = place.run("account disable a default/c --format json".split(' ')).json();
    assert_eq!(enabled(&place), expected([false, true, false]));
    let rows = disabled.as_array().unwrap();
    let names: Vec<_> = rows.iter().map(|row| (&row["name"], &row["enabled"], &row["nodes"])).collect();
    let row = |name| (json!(name), json!(false), json!([]));
    let (a, c) = (row("a"), row("c"));
    assert_eq!(names, [(&a.0, &a.1, &a.2), (&c.0, &c.1, &c.2)]);
    let table = place.run(["account", "enable", "c", "a"]).done().stdout;
    assert_eq!(table.lines().count(), 3, "{table}");
    assert!(table.starts_with("CLIENT ID") && table.contains("enabled"), "{table}");
    assert_eq!(enabled(&place), expected([true, true, true]));
    assert_eq!(place.run("account enable a b --format json".split(' ')).json().as_array().unwrap().len(), 2);
}

#[test]
fn one_account_is_printed_as_an_object_and_one_that_is_named_twice_as_a_list() {
    let place = with_accounts();
    for verb in ["disable", "enable", "revoke-tokens"] {
        let one = place.run(["account", verb, "a", "--format", "json"]).json();
        assert!(one.is_object(), "{verb}: {one}");
        let twice = place.run(["account", verb, "a", "default/a", "--format", "json"]).json();
        assert_eq!(twice.as_array().unwrap().len(), 1, "{verb}: {twice}");
        assert_eq!(twice[0]["client_id"], one["client_id"]);
    }
}

#[test]
fn an_account_that_does_not_exist_changes_nothing() {
    let place = with_accounts();
    place.run(["account", "disable", "b"]).done();
    let before = place.accounts();
    for verb in ["disable", "enable", "revoke-tokens"] {
        let line = place.run(["account", verb, "a", "b", "nobody", "c"]).refused(3);
        assert!(line.contains("\"nobody\"") && !line.contains("Done"), "{line}");
    }
    assert_eq!(place.accounts(), before);
    for verb in ["disable", "enable", "revoke-tokens"] {
        assert!(place.run(["account", verb]).refused(2).contains("<ID>"));
    }
}

#[test]
fn the_tokens_of_several_accounts_are_revoked_by_one_command() {
    let place = with_accounts();
    let before = place.run(["account", "show", "b", "--format", "json"]).json();
    let revoked = place.run("account revoke-tokens a b --format json".split(' ')).json();
    let mut members: Vec<_> = revoked[1].as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["client_id", "epoch", "last_expiry", "nodes"]);
    assert_eq!(revoked[1]["client_id"], before["client_id"]);
    assert!(revoked[1]["epoch"].as_i64() > before["epoch"].as_i64());
    let told = place.run(["account", "revoke-tokens", "a", "c"]).done();
    assert!(told.stderr.starts_with("Revoked all tokens of the accounts sa_us_"), "{told:?}");
    assert!(
        told.stderr.contains("(a of default), sa_us_") && told.stderr.contains("(c of default):"),
        "{told:?}"
    );
}
