//! Finding accounts in long lists, and what people note about accounts.

use serde_json::{Value, json};

use crate::harness::{Place, RESOURCE};

#[test]
fn a_shortened_list_says_how_many_there_are_and_how_to_continue() {
    let place = Place::with_resource();
    for name in ["a", "b", "c", "d", "e"] {
        place.create_account(name, &["--scope", "read:me"]);
    }
    let mut names = Vec::new();
    let mut after = Vec::new();
    for (shown, more) in [("2 of 5", true), ("2 of 5", true), ("", false)] {
        let words = ["account", "list", "--sort", "name", "--limit", "2", "--format", "json"];
        let outcome = place.run(words.iter().copied().chain(after.iter().map(String::as_str))).done();
        names.extend(listed(&serde_json::from_str(&outcome.stdout).unwrap()));
        let told = outcome.stderr.trim_end().rsplit_once("; more with ");
        assert_eq!(told.is_some(), more, "{outcome:?}");
        let Some((count, option)) = told else { break };
        assert!(count.ends_with(shown), "{outcome:?}");
        after = option.split(' ').map(str::to_owned).collect();
    }
    assert_eq!(names, ["a", "b", "c", "d", "e"]);
    let all = place.run(["account", "list", "--limit", "5"]).done();
    assert!(!all.stderr.contains("more with"), "{all:?}");
}

#[test]
fn accounts_are_found_by_name_tenant_state_grant_and_label() {
    let place = Place::with_resource();
    place.run(["tenant", "create", "buyer"]).done();
    place.create_account("billing-eu", &["--scope", "read:me", "--label", "env=production"]);
    place.create_account(
        "billing-us",
        &["--scope", "write:me", "--label", "env=production", "--label", "x=1"],
    );
    place.create_account("nightly", &["--scope", "read:me", "--tenant", "buyer"]);
    place.run(["account", "disable", "billing-us"]).done();
    for (words, expected) in [
        ("", &["billing-eu", "billing-us", "nightly"][..]),
        ("--name BILLING", &["billing-eu", "billing-us"]),
        ("--tenant buyer", &["nightly"]),
        ("--state disabled", &["billing-us"]),
        ("--state enabled", &["billing-eu", "nightly"]),
        ("--state expired", &[]),
        ("--scope write:me", &["billing-us"]),
        (&format!("--resource {RESOURCE} --scope read:me"), &["billing-eu", "nightly"]),
        ("--label env=production", &["billing-eu", "billing-us"]),
        ("--label env=production --label x=1", &["billing-us"]),
        ("--label env=production --label x=2", &[]),
        ("--name billing --state enabled --label env=production", &["billing-eu"]),
    ] {
        let words = format!("account list --sort name --format json {words}");
        assert_eq!(listed(&place.run(words.split_whitespace()).json()), expected, "{words}");
    }
}

#[test]
fn the_newest_and_the_last_used_come_first() {
    let place = Place::with_resource();
    for name in ["old", "new"] {
        place.create_account(name, &["--scope", "read:me"]);
    }
    let set = |name: &str, column: &str, seconds: i64| {
        let script = format!(
            "import sqlite3; d = sqlite3.connect('jeton-data/jeton.db'); \
             d.execute(\"UPDATE accounts SET {column} = {seconds} WHERE name = '{name}'\"); d.commit()"
        );
        let mut python = std::process::Command::new("python3");
        assert!(python.args(["-c", &script]).current_dir(place.path()).status().unwrap().success());
    };
    set("old", "created_at", 1_000);
    set("old", "last_used_at", 5_000);
    let sorted = |by: &str| listed(&place.run(["account", "list", "--sort", by, "--format", "json"]).json());
    assert_eq!(sorted("created"), ["new", "old"]);
    assert_eq!(sorted("last-used"), ["old", "new"]);
}

#[test]
fn a_mistyped_filter_or_position_is_an_error() {
    let (place, _) = Place::with_account();
    for (words, message) in [
        ("--tenant nobody", "there is no tenant"),
        ("--resource https://x.example", "there is no resource"),
        ("--sort created --after sa_us_x", "--after is not a position in a list with this order"),
        ("--state gone", "[enabled, disabled, expired, blocked]"),
        ("--label env", "a label is a key and a value"),
        ("--limit 0", "0 is not in 1.."),
    ] {
        let outcome = place.run(format!("account list {words}").split(' '));
        assert_ne!(outcome.code, 0, "{words}");
        assert!(outcome.stderr.contains(message), "{words}: {outcome:?}");
    }
}

#[test]
fn notes_are_shown_changed_and_removed() {
    let place = Place::with_resource();
    let notes = ["--description", "Sends invoices", "--owner", "Billing team", "--label", "env=test"];
    place.create_account("a", &[&["--scope", "read:me"][..], &notes].concat());
    let view = place.run(["account", "show", "a", "--format", "json"]).json();
    assert_eq!(view["description"], "Sends invoices");
    assert_eq!(view["owner"], "Billing team");
    assert_eq!(view["labels"], json!({ "env": "test" }));
    assert_eq!(view["last_used_at"], Value::Null);
    let shown = place.run(["account", "show", "a"]).done().stdout;
    for (name, value) in
        [("Description:", "Sends invoices"), ("Owner:", "Billing team"), ("Label:", "env=test")]
    {
        assert!(shown.lines().any(|line| line.starts_with(name) && line.ends_with(value)), "{name}: {shown}");
    }
    let changes = ["--description", "", "--label", "env=prod", "--label", "tier=1"];
    let update = [&["account", "update", "a", "--format", "json"][..], &changes].concat();
    let view = place.run(update).json();
    assert_eq!((&view["description"], &view["owner"]), (&Value::Null, &json!("Billing team")));
    assert_eq!(view["labels"], json!({ "env": "prod", "tier": "1" }));
    let view = place.run(["account", "update", "a", "--remove-label", "env", "--format", "json"]).json();
    assert_eq!(view["labels"], json!({ "tier": "1" }));
    let changes = place.run(["audit", "list", "--account", "a", "--limit", "1"]).done().stdout;
    assert!(changes.contains("labels"), "{changes}");
}

#[test]
fn notes_are_short_and_few() {
    let (place, _) = Place::with_account();
    let seventeen: Vec<String> = (0..17).flat_map(|n| ["--label".to_owned(), format!("k{n}=")]).collect();
    let outcome = place.run(["account", "update", "nightly"].into_iter().map(str::to_owned).chain(seventeen));
    assert!(outcome.refused(2).contains("at most 16 labels"));
    let long = "x".repeat(65);
    for (option, value, message) in [
        ("--label", format!("k={long}"), "more than 64 characters"),
        ("--label", format!("{long}=v"), "1 to 64 letters"),
        ("--description", "x".repeat(301), "at most 300 characters"),
        ("--owner", "x".repeat(101), "at most 100 characters"),
        ("--owner", "a\u{202e}b".to_owned(), "invisible"),
    ] {
        let outcome = place.run(["account", "update", "nightly", option, &value]);
        assert!(outcome.refused(2).contains(message), "{option} {value}");
    }
}

fn listed(accounts: &Value) -> Vec<String> {
    accounts.as_array().unwrap().iter().map(|account| account["name"].as_str().unwrap().to_owned()).collect()
}
