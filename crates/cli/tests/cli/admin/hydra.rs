//! Importing from Ory Hydra.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::harness::{Outcome, Place, RESOURCE, Server};

const HASH: &str =
    "$pbkdf2-sha256$i=25000,l=32$cBKZGCbtAlDBkUwGy2tfCQ$r1DCixR7b97WQxcUQfYlK0hpgqmQXV38dr3owJbf+Gk";

/// A row of Hydra 2 on PostgreSQL, with some columns changed.
fn row(id: &str, changes: &Value) -> String {
    let mut row = json!({
        "id": id, "nid": "4d4e0d3b-0000-4000-8000-000000000000", "client_name": "", "client_secret": HASH,
        "scope": "read:me", "owner": "", "redirect_uris": [], "grant_types": ["client_credentials"],
        "response_types": ["code"], "audience": [RESOURCE], "client_secret_expires_at": 0, "jwks": "{}",
        "token_endpoint_auth_method": "client_secret_basic", "metadata": "{}", "skip_consent": false,
        "client_credentials_grant_access_token_lifespan": null, "access_token_strategy": "",
    });
    for (name, value) in changes.as_object().unwrap() {
        row[name] = value.clone();
    }
    format!("{row}\n")
}

fn import(place: &Place, rows: &str, options: &[&str]) -> Outcome {
    place.write("clients.jsonl", rows);
    place.run([&["import", "hydra", "clients.jsonl"], options].concat())
}

fn report(place: &Place, rows: &str, options: &[&str]) -> Value {
    import(place, rows, &[options, &["--format", "json"]].concat()).json()
}

fn counts(report: &Value) -> [u64; 4] {
    ["imported", "already_there", "passed_over", "bad"].map(|member| report[member].as_u64().unwrap())
}

fn account(place: &Place, id: &str) -> Value {
    place.run(["account", "show", id, "--format", "json"]).json()
}

#[test]
fn clients_keep_their_ids_secrets_scopes_audiences_and_lifetimes() {
    let place = Place::with_resource();
    let rows = [
        row(
            "billing",
            &json!({"client_name": "nightly billing", "scope": "read:me write:me",
            "client_credentials_grant_access_token_lifespan": 900_000_000_000_i64,
            "client_secret_expires_at": 4_000_000_000_i64}),
        ),
        "\n".to_owned(),
        row("web", &json!({"grant_types": ["authorization_code"]})),
        row("plain", &json!({"scope": "openid offline_access read:me", "token_endpoint_auth_method": ""})),
    ]
    .concat();
    let outcome = import(&place, &rows, &["--format", "json"]).done();
    assert!(outcome.stderr.contains("line 4 (plain): the scope openid is skipped"), "{outcome:?}");
    let report = outcome.json();
    assert_eq!(counts(&report), [2, 0, 1, 0]);
    let billing = account(&place, "billing");
    assert_eq!((&billing["name"], &billing["token_ttl"]), (&json!("nightly billing"), &json!(900)));
    assert_eq!(billing["grants"], json!([{"resource": RESOURCE, "scopes": ["read:me", "write:me"]}]));
    assert_eq!(billing["secrets"][0]["expires_at"], "2096-10-02T07:06:40Z");
    assert_eq!(billing["secrets"][0]["hash"], "pbkdf2-sha256");
    let plain = account(&place, "plain");
    assert_eq!((&plain["name"], &plain["grants"][0]["scopes"]), (&json!("plain"), &json!(["read:me"])));
    place.run(["account", "show", "web"]).refused(3);
}

#[test]
fn the_report_has_its_members_and_the_table_its_counts() {
    let place = Place::with_resource();
    let rows = row("billing", &json!({}));
    let report = report(&place, &rows, &["--dry-run"]);
    let mut members: Vec<_> = report.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(
        members,
        ["already_there", "bad", "clients", "dry_run", "imported", "passed_over", "resources"]
    );
    assert_eq!(
        report["clients"],
        json!([{"line": 1, "client_id": "billing", "outcome": "imported", "reason": null, "notes": []}])
    );
    let table = import(&place, &rows, &[]).done().stdout;
    assert_eq!(table, "Imported:         1\nAlready imported: 0\nSkipped:          0\nBad:              0\n");
}

#[test]
fn with_a_bad_line_nothing_is_imported_and_each_bad_line_is_named() {
    let place = Place::with_resource();
    let rows = [
        row("good", &json!({})),
        row("cut", &json!({"client_secret": "$2a$10$SHHx1hEV1O8xh6gP6H8bme"})),
        "{\"id\":\n".to_owned(),
        row("good", &json!({})),
        row("pattern", &json!({"scope": "users.*"})),
        row("slow", &json!({"client_credentials_grant_access_token_lifespan": 2_592_000_000_000_000_i64})),
        row("gone", &json!({"client_secret_expires_at": 1_500_000_000})),
        row("lost", &json!({"audience": []})),
    ]
    .concat();
    let outcome = import(&place, &rows, &[]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (1, ""), "{outcome:?}");
    for line in [
        "line 2 (cut): the text begins like a hash of the kind bcrypt",
        "line 3 (no id): it is not valid JSON; the rest of the line is not read",
        "line 4 (good): duplicate id; line 1 has the same id",
        "line 5 (pattern): its scope users.* is a pattern",
        "line 6 (slow): the token lifetime 2592000s is not allowed",
        "line 7 (gone): its secret has expired",
        "line 8 (lost): it has no audience; set the resource for such rows with --resource",
        "error: 7 of 8 lines cannot be imported; nothing was imported; correct them, or skip them with --skip-bad",
    ] {
        assert!(outcome.stderr.contains(line), "{line}: {outcome:?}");
    }
    assert_eq!(place.accounts(), json!([]));

    let refused = import(&place, &rows, &["--format", "json"]);
    assert_eq!(refused.code, 1);
    let report: Value = serde_json::from_str(&refused.stdout).unwrap();
    assert_eq!(counts(&report), [0, 0, 0, 7]);
    assert_eq!(report["clients"][0]["outcome"], "not_imported");

    let skipped = import(&place, &rows, &["--skip-bad", "--resource", RESOURCE, "--format", "json"]).json();
    assert_eq!(counts(&skipped), [2, 0, 0, 6]);
    assert_eq!(place.accounts().as_array().unwrap().len(), 2);
}

#[test]
fn missing_resources_are_listed_with_commands_that_create_them() {
    let place = Place::with_resource();
    let rows = [
        row("a", &json!({"scope": "read:me fly$ swim"})),
        row("b", &json!({"audience": ["https://new.example.com"], "scope": "one"})),
        row("c", &json!({"audience": ["https://new.example.com"], "scope": "two"})),
    ]
    .concat();
    let outcome = import(&place, &rows, &[]);
    assert_eq!(outcome.code, 1);
    for line in [
        &format!("line 1 (a): {RESOURCE} has no scope fly$, swim"),
        "line 2 (b): there is no resource https://new.example.com",
        "  jeton resource create https://new.example.com --scope one --scope two\n",
        &format!("  jeton resource update {RESOURCE} --scope 'fly$' --scope swim\n"),
    ] {
        assert!(outcome.stderr.contains(line), "{line}: {outcome:?}");
    }
    let commands: Vec<&str> =
        outcome.stderr.lines().filter(|line| line.starts_with("  jeton ")).map(str::trim).collect();
    place.shell(&format!("set -e\n{}", commands.join("\n"))).done();
    assert_eq!(counts(&report(&place, &rows, &[])), [3, 0, 0, 0]);
}

#[test]
fn missing_resources_and_scopes_are_created_on_request() {
    let place = Place::with_resource();
    let both = json!({"audience": [RESOURCE, "https://new.example.com"], "scope": "read:me fly"});
    let rows = [row("a", &both), row("b", &json!({"audience": [], "scope": "swim"}))].concat();
    let options = ["--create-resources", "--resource", "https://other.example.com"];
    let tried = report(&place, &rows, &[&options[..], &["--dry-run"]].concat());
    let resources = json!(["https://new.example.com", "https://other.example.com", RESOURCE]);
    assert_eq!((&tried["dry_run"], &tried["resources"]), (&json!(true), &resources));
    assert_eq!(place.accounts(), json!([]));
    assert_eq!(place.run(["resource", "list", "--format", "json"]).json().as_array().unwrap().len(), 1);

    let done = report(&place, &rows, &options);
    assert_eq!((counts(&done), &done["resources"]), ([2, 0, 0, 0], &resources));
    assert_eq!(
        account(&place, "a")["grants"],
        json!([
            {"resource": RESOURCE, "scopes": ["fly", "read:me"]},
            {"resource": "https://new.example.com", "scopes": ["fly", "read:me"]},
        ])
    );
    assert_eq!(account(&place, "b")["grants"][0]["resource"], "https://other.example.com");
}

#[test]
fn a_plain_secret_is_imported_if_row_or_option_says_so_and_recognized_the_next_time() {
    let place = Place::with_resource();
    let digest = "5f4dcc3b5aa765d61d8327deb882cf99";
    let plain = |id: &str| row(id, &json!({"client_secret": digest}));
    let outcome = import(&place, &plain("a"), &[]);
    assert!(outcome.stderr.contains("line 1 (a): the text has the shape of a digest"), "{outcome:?}");
    assert!(outcome.stderr.contains("\"clear\": true") && !outcome.stderr.contains(digest), "{outcome:?}");
    let said = row("a", &json!({"client_secret": digest, "clear": true}));
    assert_eq!(counts(&report(&place, &said, &[])), [1, 0, 0, 0]);
    assert_eq!(counts(&report(&place, &said, &[])), [0, 1, 0, 0]);
    assert_eq!(counts(&report(&place, &[plain("a"), plain("b")].concat(), &["--clear"])), [1, 1, 0, 0]);
    for (text, class) in super::account_import::NO_SECRETS {
        for (row, options) in [
            (row("c", &json!({"client_secret": text})), &[][..]),
            (row("c", &json!({"client_secret": text, "clear": true})), &[]),
            (row("c", &json!({"client_secret": text})), &["--clear"]),
        ] {
            let outcome = import(&place, &row, options);
            assert!(outcome.code == 1 && !outcome.stderr.contains(text), "{text}: {outcome:?}");
            let not_a_hash =
                options.is_empty() && !row.contains("clear\"") && outcome.stderr.contains("is not a hash");
            assert!(not_a_hash || outcome.stderr.contains(class), "{text}: {outcome:?}");
        }
    }
    place.run(["account", "show", "c"]).refused(3);
}

#[test]
fn byte_order_marks_are_not_part_of_a_row() {
    let place = Place::with_resource();
    let rows = format!("\u{feff}{}\u{feff}{}\u{feff}\n", row("a", &json!({})), row("b", &json!({})));
    assert_eq!(counts(&report(&place, &rows, &[])), [2, 0, 0, 0]);
}

#[test]
fn an_audience_with_none_of_the_scopes_is_skipped_with_a_note() {
    let place = Place::with_resource();
    place.run(["resource", "create", "https://other.example.com", "--scope", "swim"]).done();
    let rows = row("a", &json!({"audience": [RESOURCE, "https://other.example.com"]}));
    let outcome = import(&place, &rows, &[]).done();
    assert!(outcome.stderr.contains("no scope is granted on https://other.example.com"), "{outcome:?}");
    assert_eq!(account(&place, "a")["grants"].as_array().unwrap().len(), 1);
}

#[test]
fn repeating_an_import_is_safe_and_another_secret_for_an_id_is_refused() {
    let place = Place::with_resource();
    let rows = [row("a", &json!({})), row("b", &json!({}))].concat();
    assert_eq!(counts(&report(&place, &row("a", &json!({})), &[])), [1, 0, 0, 0]);
    assert_eq!(counts(&report(&place, &rows, &[])), [1, 1, 0, 0]);
    let before = place.accounts();
    assert_eq!(counts(&report(&place, &rows, &[])), [0, 2, 0, 0]);
    assert_eq!(place.accounts(), before);
    let other = "$2a$05$SHHx1hEV1O8xh6gP6H8bmeznWaY7LRPHSwHdlljimMNIk8wegoYY.";
    let outcome = import(&place, &row("a", &json!({"client_secret": other})), &[]);
    assert!(outcome.stderr.contains("line 1 (a): an account with this id exists already"), "{outcome:?}");
    assert_eq!((outcome.code, place.accounts()), (1, before));
}

#[test]
fn a_client_whose_secret_was_used_here_is_recognized_by_the_next_import() {
    let place = Place::empty();
    let _server = Server::start(&place, &["dev", "--listen", "127.0.0.1:0"]);
    let resource = place.run(["resource", "list", "--format", "json"]).json()[0]["uri"].clone();
    let rows = row("a", &json!({"audience": [resource]}));
    assert_eq!(counts(&report(&place, &rows, &[])), [1, 0, 0, 0]);
    place.run_with_input(["token", "issue", "a"], "the-customers-old-secret").done();
    let rehashed = || account(&place, "a")["secrets"][0]["hash"] == "argon2id";
    assert!((0..1_000).any(|_| rehashed()), "it keeps its old hash");
    assert_eq!(counts(&report(&place, &rows, &[])), [0, 1, 0, 0]);
}

#[test]
fn two_clients_with_one_name_are_distinguished_by_their_ids() {
    let place = Place::with_resource();
    let named = json!({"client_name": "nightly export"});
    let rows = [row("a", &named), row("b", &named), row("c", &json!({"client_name": " "}))].concat();
    report(&place, &rows, &[]);
    let found = ["a", "b", "c"].map(|id| account(&place, id)["name"].clone());
    assert_eq!(found, ["nightly export", "b", "c"]);
}

#[test]
fn rows_come_from_stdin_too_and_go_to_the_tenant_that_is_named() {
    let place = Place::with_resource();
    place.run(["tenant", "create", "billing"]).done();
    let command = ["import", "hydra", "-", "--tenant", "billing"];
    place.run_with_input(command, &row("a", &json!({}))).done();
    assert_eq!(account(&place, "a")["tenant"], "billing");
    place.run(["tenant", "update", "billing", "--accounts", "deny", "--yes"]).done();
    assert!(place.run_with_input(command, &row("b", &json!({}))).refused(4).contains("jeton tenant update"));
    place.run(["import", "hydra", "nothing.jsonl"]).refused(2);
    place.run(["import", "hydra", "-"]).refused(2);
    assert!(
        place.run(["import", "hydra", "-", "--tenant", "nobody"]).refused(3).contains("jeton tenant list")
    );
}

#[test]
fn a_long_file_prints_progress() {
    let place = Place::with_resource();
    let mut rows = String::new();
    for number in 0..1_000 {
        write!(rows, "{}", row(&format!("client-{number}"), &json!({}))).unwrap();
    }
    let outcome = import(&place, &rows, &[]).done();
    assert!(outcome.stderr.contains("1000 lines checked\n1000 of 1000 lines imported\n"), "{outcome:?}");
    assert_eq!(place.accounts().as_array().unwrap().len(), 1_000);
}

/// The row of Hydra 2 in SQLite, as `sqlite3 -json` prints it.
fn row_of_sqlite(id: &str) -> String {
    format!(
        r#"{{"id":"{id}","client_name":"","client_secret":"{HASH}","scope":"read:me","owner":"","grant_types":"[\"client_credentials\"]","audience":"[\"{RESOURCE}\"]","client_secret_expires_at":0,"token_endpoint_auth_method":"client_secret_post","jwks":"{{}}","skip_consent":0,"client_credentials_grant_access_token_lifespan":null}}"#
    )
}

/// The lines and ids of a report.
fn lines(report: &Value) -> Vec<(u64, &str)> {
    let clients = report["clients"].as_array().unwrap().iter();
    clients.map(|one| (one["line"].as_u64().unwrap(), one["client_id"].as_str().unwrap_or("-"))).collect()
}

#[test]
fn rows_in_arrays_and_over_several_lines_are_read_with_the_lines_in_which_they_begin() {
    let place = Place::with_resource();
    let value = |id: &str| serde_json::from_str::<Value>(&row(id, &json!({}))).unwrap();
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap();
    let height = u64::try_from(pretty(&value("a")).lines().count()).unwrap();
    for (text, expected) in [
        (format!("[{},\n{}]\n", row_of_sqlite("a"), row_of_sqlite("b")), [(1, "a"), (2, "b")]),
        (format!("{}\n{}\n", pretty(&value("a")), pretty(&value("b"))), [(1, "a"), (1 + height, "b")]),
        (pretty(&json!([value("a"), value("b")])), [(2, "a"), (2 + height, "b")]),
        (json!([value("a"), value("b")]).to_string(), [(1, "a"), (1, "b")]),
        (format!("{}\n[\n{}]", row_of_sqlite("a"), row("b", &json!({}))), [(1, "a"), (3, "b")]),
    ] {
        let report = report(&place, &text, &["--dry-run"]);
        assert_eq!((counts(&report), lines(&report)), ([2, 0, 0, 0], expected.to_vec()), "{text}");
    }
    let text = format!("[{},\n{}]\n", row_of_sqlite("a"), row_of_sqlite("b"));
    assert_eq!(counts(&report(&place, &text, &[])), [2, 0, 0, 0]);
    assert_eq!(account(&place, "a")["grants"], json!([{"resource": RESOURCE, "scopes": ["read:me"]}]));
}

#[test]
fn a_row_of_hydra_1_has_names_separated_by_pipes() {
    let place = Place::with_resource();
    place.run(["resource", "create", "https://other.example.com", "--scope", "read:me"]).done();
    let audience = format!("{RESOURCE}|https://other.example.com");
    let changes = json!({"grant_types": "authorization_code|client_credentials", "audience": audience});
    report(&place, &row("a", &changes), &[]);
    assert_eq!(account(&place, "a")["grants"].as_array().unwrap().len(), 2);
}

#[test]
fn a_row_that_cannot_be_read_is_refused_in_our_words_and_the_others_are_found() {
    let place = Place::with_resource();
    let rows = [
        format!(
            "{}\n",
            json!(["a", "", HASH, "read:me", [RESOURCE], ["client_credentials"], "", 0, null, null])
        ),
        "\"b\"\n".to_owned(),
        "{\"id\": \"c\",\n  \"scope\": oops,\n  \"x\": 1\n}\n".to_owned(),
        row("d", &json!({})).replace("\"id\":\"d\"", "\"id\":\"d\",\"id\":\"d\""),
        row("e", &json!({"audience": {"a": 1}})),
        row("good", &json!({})),
        "{\"id\": \"f\", \"scope\": \"re".to_owned(),
    ]
    .concat();
    let outcome = import(&place, &rows, &[]);
    for line in [
        "line 1 (no id): it is a JSON array of values without the names of its columns; a row must be an object, as \
         row_to_json and sqlite3 -json write it",
        "line 2 (no id): it is not a JSON object with the columns of hydra_client",
        "line 3 (no id): it is not valid JSON; lines 3 to 6 are not read",
        "line 7 (no id): it has the same column twice",
        "line 8 (e): its audience is not a list of texts",
        "line 10 (no id): it is cut off: the input ends within it",
        "error: 6 of 7 lines cannot be imported",
    ] {
        assert!(outcome.stderr.contains(line), "{line}: {outcome:?}");
    }
    for word in ["expected", "column 1", "EOF", "invalid type", HASH] {
        assert!(!outcome.stderr.contains(word), "{word}: {outcome:?}");
    }
    let report = report(&place, &rows, &["--skip-bad"]);
    assert_eq!(counts(&report), [1, 0, 0, 6]);
    account(&place, "good");
}

#[test]
fn an_array_that_was_cut_off_between_two_rows_is_noticed() {
    let place = Place::with_resource();
    let text = format!("[{},\n{}\n", row_of_sqlite("a"), row_of_sqlite("b"));
    let outcome = import(&place, &text, &[]);
    let line = "line 3 (no id): the array that begins in line 1 has no end: the input is cut off";
    assert!(outcome.code == 1 && outcome.stderr.contains(line), "{outcome:?}");
    assert_eq!(place.accounts(), json!([]));
}

#[test]
fn an_input_without_rows_or_with_bytes_that_are_no_text_is_refused() {
    let place = Place::with_resource();
    for text in ["\n", "[]", "[\n]\n"] {
        assert!(import(&place, text, &[]).refused(2).contains("has no rows"), "{text:?}");
    }
    place.write_bytes("bytes.jsonl", &[row("a", &json!({})).as_bytes(), b"\xff\n"].concat());
    assert!(
        place.run(["import", "hydra", "bytes.jsonl"]).refused(2).contains("line 2 of the input is not UTF-8")
    );
}

#[test]
fn a_secret_that_would_expire_in_more_than_a_century_expires_in_a_century_with_a_note() {
    let place = Place::with_resource();
    let rows: Vec<String> = [4_200_000_000_i64, 253_402_300_800, 1_700_000_000_000_000, i64::MAX]
        .iter()
        .enumerate()
        .map(|(number, end)| row(&format!("c{number}"), &json!({"client_secret_expires_at": end})))
        .chain([row("huge", &json!({"client_secret_expires_at": u64::MAX}))])
        .collect();
    let report = report(&place, &rows.concat(), &[]);
    assert_eq!(counts(&report), [5, 0, 0, 0]);
    let clients = report["clients"].as_array().unwrap();
    assert_eq!(clients[0]["notes"], json!([]));
    assert_eq!(account(&place, "c0")["secrets"][0]["expires_at"], "2103-02-04T02:40:00Z");
    for client in &clients[1..] {
        let id = client["client_id"].as_str().unwrap();
        let end = account(&place, id)["secrets"][0]["expires_at"].as_str().unwrap().to_owned();
        assert!(end.starts_with("21") && end.ends_with('Z'), "{id}: {end}");
        let note = client["notes"][0].as_str().unwrap();
        // The note has the time of the plan, which may be a second before that of the import.
        let expected =
            format!("its secret would expire in more than 100 years; it expires at {}", &end[..10]);
        assert!(note.starts_with(&expected) && note.ends_with("instead"), "{note}");
    }
}

#[test]
fn a_file_that_is_larger_than_the_first_buffer_is_read_whole() {
    let place = Place::with_resource();
    let rows: String =
        (0..1_000).map(|number| row(&format!("c{number}"), &json!({"owner": "x".repeat(300)}))).collect();
    assert!(rows.len() > 700_000);
    let outcome = place.run_with_input(["import", "hydra", "-", "--dry-run", "--format", "json"], &rows);
    assert_eq!(counts(&outcome.json()), [1_000, 0, 0, 0]);
}
