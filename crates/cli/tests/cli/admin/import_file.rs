//! Importing many accounts from a file.

use serde_json::{Value, json};

use crate::harness::{Outcome, Place, RESOURCE, Server};
use crate::postgres;

const SECRET: &str = "the-customers-old-secret";
/// A hash of [`SECRET`].
const HASH: &str = "$2a$05$SHHx1hEV1O8xh6gP6H8bmeznWaY7LRPHSwHdlljimMNIk8wegoYY.";

/// A line with some members changed.
fn line(id: &str, changes: &Value) -> String {
    let mut line = json!({"client_id": id, "scopes": ["read:me"], "secret_hash": HASH});
    for (name, value) in changes.as_object().unwrap() {
        line[name] = value.clone();
    }
    format!("{line}\n")
}

fn lines(ids: impl IntoIterator<Item = usize>) -> String {
    ids.into_iter().map(|number| line(&format!("client-{number:04}"), &json!({}))).collect()
}

/// With an SQLite database, and with a PostgreSQL database of this name.
fn places(name: &str) -> [Place; 2] {
    let postgres = postgres::place(name);
    postgres.run(["resource", "create", RESOURCE, "--scope", "read:me=Read", "--scope", "write:me"]).done();
    [Place::with_resource(), postgres]
}

fn import(place: &Place, lines: &str, options: &[&str]) -> Outcome {
    place.write("accounts.jsonl", lines);
    place.run([&["account", "import", "--from", "accounts.jsonl"], options].concat())
}

fn counts(report: &Value) -> [u64; 2] {
    ["imported", "already_there"].map(|member| report[member].as_u64().unwrap())
}

fn show(place: &Place, id: &str) -> Value {
    place.run(["account", "show", id, "--format", "json"]).json()
}

fn count(place: &Place) -> usize {
    place.accounts().as_array().unwrap().len()
}

#[test]
fn accounts_have_the_values_of_their_lines_and_an_audit_record_each() {
    let place = Place::with_resource();
    place.run(["tenant", "create", "acme"]).done();
    let text = [
        line(
            "billing-7",
            &json!({"name": "billing", "tenant": "acme", "description": "nightly", "owner": "ops",
            "labels": {"env": "prod"}, "scopes": null, "grants": [{"resource": RESOURCE, "scopes": ["read:me", "write:me"]}],
            "introspects": [RESOURCE], "allow_cidr": ["192.0.2.7/24"], "token_ttl": 900,
            "expires_at": "2096-10-02T07:06:40Z"}),
        ),
        "\n  \r\n".to_owned(),
        line("plain", &json!({"secret": SECRET, "secret_hash": null, "expires_in": 3600})),
    ]
    .concat();
    let report = import(&place, &text, &["--format", "json"]).json();
    assert_eq!(
        report,
        json!({"imported": 2, "already_there": 0, "outcome_unknown": false, "bad_line": null, "reason": null})
    );
    let billing = show(&place, "billing-7");
    for (member, value) in [
        ("name", json!("billing")),
        ("tenant", json!("acme")),
        ("description", json!("nightly")),
        ("owner", json!("ops")),
        ("labels", json!({"env": "prod"})),
        ("grants", json!([{"resource": RESOURCE, "scopes": ["read:me", "write:me"]}])),
        ("introspects", json!([RESOURCE])),
        ("allow_cidr", json!(["192.0.2.0/24"])),
        ("token_ttl", json!(900)),
        ("expires_at", json!("2096-10-02T07:06:40Z")),
    ] {
        assert_eq!(billing[member], value, "{member}");
    }
    assert_eq!(billing["secrets"][0]["hash"], "bcrypt");
    let plain = show(&place, "plain");
    assert_eq!((&plain["name"], &plain["secrets"][0]["last_four"]), (&json!("plain"), &json!("cret")));
    assert!(plain["expires_at"].is_string());
    let audit = place.run(["audit", "list", "--action", "create", "--format", "json"]).done().stdout;
    assert!(audit.contains("billing-7") && audit.contains("\"plain\"") && !audit.contains("$2a$"), "{audit}");
    place.run(["audit", "verify"]).done();
}

#[test]
fn a_running_server_issues_tokens_for_the_accounts() {
    let place = Place::empty();
    let _server = Server::start(&place, &["dev", "--listen", "127.0.0.1:0"]);
    place.run_with_input(["token", "issue", "client-0001"], SECRET).refused(3);
    place.run_with_input(["account", "import", "--from", "-"], &lines(0..3)).done();
    for id in ["client-0000", "client-0001", "client-0002"] {
        place.run_with_input(["token", "issue", id], SECRET).done();
    }
}

#[test]
fn a_bad_line_is_named_and_nothing_of_its_batch_is_imported() {
    for place in places("bad_line") {
        import_around_a_bad_line(&place);
    }
}

fn import_around_a_bad_line(place: &Place) {
    let good = lines(0..1_001);
    let bad = line("bad", &json!({"scopes": ["read:you"]}));
    let refused = import(place, &[&good, bad.as_str()].concat(), &[]).refused(1);
    assert!(refused.starts_with("line 1002: ") && refused.contains("read:you"), "{refused}");
    assert!(
        refused.contains("1000 accounts were imported before") && refused.contains("--continue"),
        "{refused}"
    );
    assert_eq!(count(place), 1_000);
    let corrected = [&good, line("bad", &json!({})).as_str()].concat();
    let report = import(place, &corrected, &["--continue", "--format", "json"]).json();
    assert_eq!(counts(&report), [2, 1_000]);
    assert_eq!(count(place), 1_002);
}

#[test]
fn every_kind_of_bad_line_is_named() {
    let place = Place::with_resource();
    place
        .run_with_input(
            ["account", "import", "taken", "--id", "taken-id", "--scope", "read:me", "--stdin"],
            HASH,
        )
        .done();
    let before = place.accounts();
    for (bad, why) in [
        ("{\"client_id\": \"a\"\n".to_owned(), "EOF"),
        (line("a", &json!({"surname": "x"})), "unknown field `surname`"),
        (line("a", &json!({"secret_hash": "5f4dcc3b5aa765d61d8327deb882cf99"})), "not a hash"),
        (line("a", &json!({"tenant": "acme"})), "\"acme\""),
        (line("a", &json!({"resource": "https://other.example"})), "https://other.example"),
        (line("a", &json!({"token_ttl": 90_000})), "24"),
        (line("a", &json!({"description": "x".repeat(301)})), "300"),
        (line("first", &json!({"name": "x"})), "the account first already exists"),
        (line("a", &json!({"name": "first name"})), "already has an account named"),
        (line("a", &json!({"name": "first"})), "client id of another account"),
        (line("taken-id", &json!({})), "the account taken-id already exists"),
        (line("a", &json!({"name": "taken"})), "already has an account named"),
        (line("a", &json!({"name": "taken-id"})), "client id of another account"),
        (line("taken", &json!({"name": "x"})), "name of the account"),
    ] {
        let text =
            [line("first", &json!({"name": "first name"})), bad.clone(), line("last", &json!({}))].concat();
        let refused = import(&place, &text, &[]).refused(1);
        assert!(refused.starts_with("line 2: ") && refused.contains(why), "{bad}: {refused}");
        assert!(refused.ends_with("; no account was imported"), "{refused}");
        assert_eq!(place.accounts(), before, "{bad}");
    }
}

#[test]
fn an_interrupted_import_is_continued_and_a_changed_account_is_a_fault() {
    let place = Place::with_resource();
    let changes = json!({"name": "old", "owner": "ops", "labels": {"a": "b"}, "introspects": [RESOURCE],
        "allow_cidr": ["192.0.2.0/24"], "token_ttl": 60, "expires_in": 3600, "description": "x"});
    let old = line("old", &changes);
    import(&place, &old, &[]).done();
    let refused = import(&place, &old, &[]).refused(1);
    assert!(refused.contains("line 1: the account old already exists"), "{refused}");
    let report =
        import(&place, &[old, line("new", &json!({}))].concat(), &["--continue", "--format", "json"]).json();
    assert_eq!(counts(&report), [1, 1]);
    let before = place.accounts();
    for (member, value, what) in [
        ("name", json!("older"), "name"),
        ("owner", json!("dev"), "owner"),
        ("description", json!(null), "description"),
        ("labels", json!({}), "set of labels"),
        ("introspects", json!([]), "set of introspection rights"),
        ("scopes", json!(["write:me"]), "set of grants"),
        ("allow_cidr", json!([]), "set of networks"),
        ("token_ttl", json!(61), "token lifetime"),
        ("expires_in", json!(3601), "expiry"),
        ("secret_hash", json!("$2y$05$rjYQQh.RV03KhYayEHAfc.9IzR0FzLQZv.tyD.P/qlW4gZnqjcree"), "secret"),
    ] {
        let mut other = changes.clone();
        other[member] = value;
        let text = [line("next", &json!({})), line("old", &other)].concat();
        let refused = import(&place, &text, &["--continue"]).refused(1);
        assert!(refused.starts_with("line 2: the account old already exists with another "), "{refused}");
        assert!(refused.contains(&format!("with another {what};")), "{member}: {refused}");
    }
    assert_eq!(place.accounts(), before);
}

#[test]
fn a_plain_secret_is_recognized_by_the_next_import() {
    let place = Place::with_resource();
    let of = |secret: &str| line("plain", &json!({"secret": secret, "secret_hash": null}));
    import(&place, &of(SECRET), &[]).done();
    let report = import(&place, &of(SECRET), &["--continue", "--format", "json"]).json();
    assert_eq!(counts(&report), [0, 1]);
    let refused = import(&place, &of("another-secret-of-theirs"), &["--continue"]).refused(1);
    assert!(refused.contains("with another secret") && !refused.contains("of-theirs"), "{refused}");
}

#[test]
fn the_id_of_a_deleted_account_is_imported_again_and_its_tokens_stay_revoked() {
    let place = Place::with_resource();
    import(&place, &lines(0..3), &[]).done();
    let epoch = show(&place, "client-0001")["epoch"].as_i64().unwrap();
    place.run(["account", "delete", "client-0001", "--yes"]).done();
    let report = import(&place, &lines(0..3), &["--continue", "--format", "json"]).json();
    assert_eq!(counts(&report), [1, 2]);
    assert!(show(&place, "client-0001")["epoch"].as_i64().unwrap() >= epoch + 2);
}

#[test]
fn a_text_that_looks_like_a_digest_needs_clear() {
    let place = Place::with_resource();
    let text = line("a", &json!({"secret": "5f4dcc3b5aa765d61d8327deb882cf99", "secret_hash": null}));
    let refused = import(&place, &text, &[]).refused(1);
    assert!(refused.contains("\"clear\": true") && !refused.contains("5f4dcc"), "{refused}");
    import(&place, &text, &["--clear"]).done();
}

#[test]
fn the_report_of_a_stopped_import_is_json_too() {
    let place = Place::with_resource();
    let outcome = import(&place, &[lines(0..1), "{}\n".to_owned()].concat(), &["--format", "json"]);
    assert_eq!(outcome.code, 1, "{outcome:?}");
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!((counts(&report), &report["bad_line"]), ([0, 0], &json!(2)));
    assert!(report["reason"].as_str().unwrap().contains("missing field"), "{report}");
}

#[test]
fn the_options_of_one_account_are_refused_beside_a_file() {
    let place = Place::with_resource();
    for (options, named) in [
        (&["--id", "a"][..], "--id"),
        (&["--stdin"], "--stdin"),
        (&["acme"], "NAME"),
        (&["--scope", "read:me"], "--scope"),
        (&["--tenant", "acme"], "--tenant"),
        (&["--token-ttl", "5m"], "--token-ttl"),
        (&["--expires-in", "3d"], "--expires-in"),
        (&["--allow-cidr", "192.0.2.0/24"], "--allow-cidr"),
        (&["--secret-expires-in", "3d"], "--secret-expires-in"),
        (&["--owner", "ops"], "--owner"),
    ] {
        let refused = import(&place, &lines(0..1), options).refused(2);
        assert!(refused.contains("--from") && refused.contains(named), "{refused}");
    }
    assert!(place.run(["account", "import"]).refused(2).contains("--id"));
    let one = place.run(["account", "import", "--id", "a", "--stdin", "--continue"]).refused(2);
    assert!(one.contains("--continue"), "{one}");
    assert!(place.run(["account", "import", "--continue"]).refused(2).contains("--from"));
    assert!(place.run(["account", "import", "--from", "missing.jsonl"]).refused(2).contains("missing.jsonl"));
    assert_eq!(place.accounts(), json!([]));
}

#[test]
fn accounts_that_stay_although_their_batch_has_a_bad_line_are_counted() {
    let place = Place::with_resource();
    import(&place, &lines(0..2), &[]).done();
    let name = show(&place, "client-0000")["name"].as_str().unwrap().to_owned();
    place.run(["account", "delete", "client-0001", "--yes"]).done();
    // An id that was deleted is added after the new ones, and its name is taken.
    let bad = line("client-0001", &json!({"name": name}));
    let text = [line("new", &json!({})), bad].concat();
    let refused = import(&place, &text, &[]).refused(1);
    assert!(refused.starts_with("line 2: "), "{refused}");
    assert!(
        refused.contains("1 accounts were imported before") && refused.contains("--continue"),
        "{refused}"
    );
    show(&place, "new");
    let report =
        import(&place, &[line("new", &json!({})), lines(1..2)].concat(), &["--continue", "--format", "json"]);
    assert_eq!(counts(&report.json()), [1, 1]);
}
