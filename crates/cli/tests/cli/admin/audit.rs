//! The audit log: the records of every command, the chain, and its verification by another program.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::harness::{Outcome, Place, RESOURCE, Server};

/// The records of an export.
fn export(place: &Place, arguments: &[&str]) -> Vec<Value> {
    let lines = place.run(["audit", "export"].iter().chain(arguments)).done().stdout;
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Changes the database without Jeton.
fn by_hand(place: &Place, sql: &str) {
    let script = format!(
        "import sqlite3\ndatabase = sqlite3.connect('jeton-data/jeton.db')\ndatabase.executescript(\"\"\"{sql}\"\"\")"
    );
    python(place, &script, "").done();
}

fn python(place: &Place, script: &str, input: &str) -> Outcome {
    let mut python = Command::new("python3");
    python.args(["-c", script]).current_dir(place.path()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Outcome::of(python, input)
}

/// The program of a documentation page.
fn documented_program(page: &str) -> &str {
    let (_, rest) = page.split_once("```python\n").unwrap();
    rest.split_once("```").unwrap().0
}

const PAGE: &str = include_str!("../../../../../docs/audit.md");

/// The heads that a verification prints, one per line.
fn heads(place: &Place) -> String {
    let verdict = place.run(["audit", "verify", "--format", "json"]).json();
    let heads: Vec<&str> =
        verdict["heads"].as_array().unwrap().iter().map(|head| head.as_str().unwrap()).collect();
    heads.join("\n")
}

/// The newest record.
fn newest(place: &Place) -> Value {
    place.run(["audit", "list", "--limit", "1", "--format", "json"]).json()[0].clone()
}

/// Each command that changes something, its action and subject, and whether its record has a before and an after.
const CHANGES: [(&str, &str, &str, bool, bool); 28] = [
    ("tenant create customer", "create", "tenant", false, true),
    ("tenant update customer --accounts deny --yes", "update", "tenant", true, true),
    ("tenant update customer --accounts allow", "update", "tenant", true, true),
    ("tenant disable customer --yes", "disable", "tenant", true, true),
    ("tenant enable customer", "enable", "tenant", true, true),
    ("resource create https://x.example --scope a", "create", "resource", false, true),
    ("resource update https://x.example --name X", "update", "resource", true, true),
    ("resource delete https://x.example --yes", "delete", "resource", true, false),
    (
        "account create fin --tenant customer --scope read:me --secret-file fin.secret",
        "create",
        "account",
        false,
        true,
    ),
    ("account update fin --token-ttl 5m", "update", "account", true, true),
    ("account grant fin --scope write:me", "grant", "account", true, true),
    ("account ungrant fin --scope write:me", "ungrant", "account", true, true),
    ("account disable fin", "disable", "account", true, true),
    ("account enable fin", "enable", "account", true, true),
    ("secret add fin --secret-file added.secret", "secret.add", "account", true, true),
    ("secret revoke fin SECRET", "secret.revoke", "account", true, true),
    ("secret rotate fin --grace 1h --secret-file rotated.secret", "secret.rotate", "account", true, true),
    ("secret finish fin", "secret.finish", "account", true, true),
    ("account revoke-tokens fin", "tokens.revoke", "account", true, true),
    ("tenant revoke-tokens customer --yes", "tokens.revoke", "tenant", true, true),
    ("region revoke-tokens --yes", "tokens.revoke", "region", true, true),
    ("panic fin", "panic", "account", true, true),
    ("account recover fin --secret-file recovered.secret", "recover", "account", true, true),
    ("panic fin", "panic", "account", true, true),
    ("tenant rename customer buyer", "rename", "tenant", true, true),
    ("tenant rename buyer customer", "rename", "tenant", true, true),
    ("account delete fin --yes", "delete", "account", true, false),
    ("tenant delete customer --yes", "delete", "tenant", true, false),
];

#[test]
fn every_command_that_changes_something_is_recorded_with_actor_time_before_and_after() {
    let place = Place::with_resource();
    let mut known = export(&place, &[]);
    for (words, action, subject, has_before, has_after) in CHANGES {
        let words = if words.contains("SECRET") {
            let secrets = place.run(["secret", "list", "fin", "--format", "json"]).json();
            words.replace("SECRET", secrets[0]["secret_id"].as_str().unwrap())
        } else {
            words.to_owned()
        };
        place.run(words.split(' ')).done();
        let records = export(&place, &[]);
        let new: Vec<&Value> = records.iter().filter(|record| !known.contains(record)).collect();
        let [record] = new.as_slice() else { panic!("{words}: {new:?}") };
        let chain = known.iter().filter(|earlier| earlier["chain"] == record["chain"]);
        assert_eq!(record["seq"], chain.count() + 1, "{record}");
        let text = |member: &str| record[member].as_str().unwrap();
        assert_eq!((text("action"), text("subject_kind")), (action, subject), "{words}");
        assert_eq!((record["before"].is_object(), record["after"].is_object()), (has_before, has_after));
        assert_ne!(record["before"], record["after"], "{words}");
        assert!(text("actor").starts_with("cli:") && text("actor").len() > 4, "{record}");
        assert!(text("at").starts_with("20") && text("at").ends_with('Z'), "{record}");
        let is_shared = matches!(subject, "tenant" | "resource");
        assert_eq!(record["chain"], if is_shared { "shared" } else { "us" }, "{record}");
        let tenant = match subject {
            "tenant" => record["subject_id"].clone(),
            "account" => "customer".into(),
            _ => Value::Null,
        };
        assert_eq!((&record["actor_kind"], &record["tenant"]), (&"cli".into(), &tenant), "{record}");
        known = records;
    }
    assert!(place.run(["audit", "verify"]).done().stdout.contains("intact"));
    let everything = place.run(["audit", "export"]).done().stdout;
    for file in ["fin", "added", "rotated", "recovered"] {
        let secret = place.read(&format!("{file}.secret"));
        // Only its last four characters are shown.
        assert!(!everything.contains(&secret.trim()[..49]), "{file}");
    }
    assert!(!everything.contains("$argon2") && !everything.contains("jtn"), "{everything}");
}

/// Add a new command to [`CHANGES`], or here if it changes nothing that must be recorded.
#[test]
fn these_tests_know_every_command() {
    const KEYS: [&str; 3] = ["key rotate", "key revoke", "key rewrap"];
    // `restore.rs` checks its record.
    const RESTORE: [&str; 1] = ["restore"];
    // These commands read input: `commands_that_read_input_are_recorded_too`.
    const FED: [&str; 3] = ["account import", "import hydra", "token revoke"];
    const OTHERS: [&str; 28] = [
        "backup",
        "store copy",
        "store unfence",
        "dev",
        "serve",
        "migrate",
        "config check",
        "completions",
        "resource list",
        "resource show",
        "account list",
        "account show",
        "secret list",
        "secret check",
        "secret expiring",
        "secret unused",
        "explain",
        "token issue",
        "token simulate",
        "token inspect",
        "token introspect",
        "key list",
        "node list",
        "tenant list",
        "tenant show",
        "audit list",
        "audit verify",
        "audit export",
    ];
    let place = Place::empty();
    let mut open = vec![String::new()];
    while let Some(command) = open.pop() {
        let help = place.run(command.split_whitespace().chain(["--help"])).done().stdout;
        if let Some((_, commands)) = help.split_once("\nCommands:\n") {
            let names = commands.lines().take_while(|line| !line.is_empty());
            let names = names.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
            let names = names.map(|line| line.split_whitespace().next().unwrap());
            open.extend(names.filter(|name| *name != "help").map(|name| format!("{command} {name}")));
            continue;
        }
        let command = command.trim();
        let is_walked =
            CHANGES.iter().any(|(words, ..)| format!("{words} ").starts_with(&format!("{command} ")));
        let is_known = [&KEYS[..], &FED, &RESTORE, &OTHERS].concat().contains(&command);
        assert!(is_walked || is_known, "{command}");
    }
}

#[test]
fn commands_that_read_input_are_recorded_too() {
    let (place, secret) = Place::with_account();
    let last = || newest(&place);
    let import = "account import moved --id moved --scope read:me --stdin";
    place.run_with_input(import.split(' '), "a-secret-of-another-server").done();
    let row = r#"{"id":"hydra","client_name":"hydra","client_secret":"$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy","scope":"read:me","audience":[],"grant_types":["client_credentials"],"token_endpoint_auth_method":"client_secret_basic"}"#;
    assert_eq!((&last()["action"], &last()["subject_id"]), (&"create".into(), &"moved".into()));
    place.run_with_input(["import", "hydra", "-", "--resource", RESOURCE], row).done();
    assert_eq!((&last()["action"], &last()["subject_id"]), (&"create".into(), &"hydra".into()));

    let server = Server::start(&place, &["serve"]);
    let url = format!("{}/oauth/v1/token", server.public_url());
    let id = place.run("account show nightly --format json".split(' ')).json()["client_id"].clone();
    let issue = ["token", "issue", id.as_str().unwrap(), "--url", &url];
    let token = place.run_with_input(issue, &secret).done().stdout;
    server.kill();
    place.run_with_input(["token", "revoke"], &token).done();
    let record = last();
    assert_eq!((&record["action"], &record["subject_kind"]), (&"token.revoke".into(), &"token".into()));
    assert!(record["actor"].as_str().unwrap().starts_with("cli:") && record["after"].is_object(), "{record}");
    let everything = place.run(["audit", "export"]).done().stdout;
    for secret in ["a-secret-of-another-server", "$2a$", token.trim()] {
        assert!(!everything.contains(secret));
    }
    place.run(["audit", "verify"]).done();
}

#[test]
fn changes_of_keys_are_recorded_too() {
    let place = Place::with_resource();
    place.run("key rotate --kind ES256 --force".split(' ')).done();
    let keys = place.run(["key", "list", "--format", "json"]).json();
    let active = keys.as_array().unwrap().iter().find(|key| key["state"] == "active").unwrap();
    place.run(["key", "revoke", active["kid"].as_str().unwrap(), "--yes"]).done();
    let old_master_key = place.read("jeton-data/master.key");
    place.run(["key", "rewrap", "--new-master-key-file", "new.key"]).done();
    let records = export(&place, &["--chain", "us"]);
    let last: Vec<&str> =
        records.iter().rev().take(3).map(|record| record["action"].as_str().unwrap()).collect();
    assert_eq!(last, ["key.rewrap", "key.revoke", "key.rotate"]);
    for record in records.iter().rev().skip(1).take(2) {
        assert!(record["before"].is_array() && record["after"].is_array(), "{record}");
        assert_ne!(record["before"], record["after"]);
    }
    let exported = place.run(["audit", "export"]).done().stdout;
    for key in [old_master_key, place.read("new.key")] {
        assert!(!exported.contains(key.trim()));
    }
    let checked = python(&place, documented_program(PAGE), &exported).done().stdout;
    assert_eq!(checked.trim(), heads(&place));
}

#[test]
fn a_command_without_changes_records_nothing() {
    let (place, _) = Place::with_account();
    let before = export(&place, &[]);
    for words in [
        "account enable nightly",
        "account update nightly --name nightly",
        "account grant nightly --scope read:me",
        "tenant enable default",
        "account list",
        "secret list nightly",
        "audit list",
    ] {
        place.run(words.split(' ')).done();
    }
    place.run(["account", "recover", "nightly", "--format", "json"]).refused(4);
    assert_eq!(export(&place, &[]), before);
}

#[test]
fn the_sudo_user_is_recorded() {
    let place = Place::configured();
    let mut command = place.command(["tenant", "create", "customer"]);
    command.env("SUDO_USER", "alice");
    Outcome::of(command, "").done();
    let actor = newest(&place)["actor"].as_str().unwrap().to_owned();
    let is_root = rustix::process::getuid().is_root();
    assert_eq!(actor.ends_with("/sudo:alice"), is_root, "{actor}");
}

#[test]
fn a_change_by_hand_is_found_and_named_with_exit_code_1() {
    let (place, _) = Place::with_account();
    let noted = heads(&place);
    by_hand(&place, "UPDATE audit_records SET actor = 'nobody' WHERE chain = 'us' AND seq = 1");
    let line = place.run(["audit", "verify"]).refused(1);
    assert!(line.contains("broken at record 1 of chain us") && line.contains("was changed"), "{line}");
    let verdict = place.run(["audit", "verify", "--expect", &noted, "--format", "json"]);
    assert_eq!(verdict.code, 1);
    let verdict: Value = serde_json::from_str(&verdict.stdout).unwrap();
    assert_eq!((&verdict["intact"], &verdict["heads"]), (&json!(false), &Value::Null));
    let broken = &verdict["broken"];
    assert_eq!((&broken["chain"], &broken["seq"]), (&json!("us"), &json!(1)));
    assert_eq!(broken["fault"], "changed");
}

#[test]
fn a_truncated_log_is_detected_by_a_stored_head() {
    let (place, _) = Place::with_account();
    let noted = heads(&place);
    assert!(noted.starts_with("shared=") && noted.contains("@1\nus=") && noted.ends_with("@1"), "{noted}");
    place.run(["account", "disable", "nightly"]).done();
    place.run(["audit", "verify", "--expect", &noted]).done();
    let later = heads(&place);
    // The end of the chain tells that a record is missing, unless it is changed too.
    by_hand(&place, "DELETE FROM audit_records WHERE chain = 'us' AND seq = 2");
    let line = place.run(["audit", "verify"]).refused(1);
    assert!(line.contains("broken at record 2 of chain us") && line.contains("ends with record 1"), "{line}");
    by_hand(
        &place,
        "UPDATE audit_ends SET seq = 1, digest = (SELECT digest FROM audit_records WHERE chain = 'us') WHERE chain = 'us'",
    );
    place.run(["audit", "verify"]).done();
    place.run(["audit", "verify", "--expect", &noted]).done();
    let line = place.run(["audit", "verify", "--expect", &later]).refused(1);
    assert!(line.contains("broken at record 2 of chain us") && line.contains("ends with record 1"), "{line}");
    place.run(["account", "update", "nightly", "--token-ttl", "5m"]).done();
    let line = place.run(["audit", "verify", "--expect", &later]).refused(1);
    assert!(line.contains("broken at record 2 of chain us") && line.contains("was rewritten"), "{line}");
    let heads: Vec<&str> = later.lines().collect();
    let repeated = ["audit", "verify", "--expect", heads[0], "--expect", heads[1]];
    assert!(place.run(repeated).refused(1).contains("was rewritten"));
    place.run(["audit", "verify", "--expect", heads[0]]).done();
    let line = place.run(["audit", "verify", "--expect", "no-head"]).refused(2);
    assert!(line.contains("64 hexadecimal digits"), "{line}");
}

#[test]
fn the_log_is_checked_and_exported_without_the_master_key() {
    let (place, _) = Place::with_account();
    let whole = export(&place, &[]);
    std::fs::remove_file(place.file("jeton-data/master.key")).unwrap();
    place.run(["audit", "verify"]).done();
    assert_eq!(export(&place, &[]), whole);
}

#[test]
fn the_program_in_the_documentation_checks_an_export() {
    let (place, _) = Place::with_account();
    place.run(["tenant", "create", "bü \"y\\er"]).done();
    place.run(["account", "disable", "nightly"]).done();
    let exported = place.run(["audit", "export", "--format", "jsonl"]).done().stdout;
    let program = documented_program(PAGE);
    assert_eq!(python(&place, program, &exported).done().stdout.trim(), heads(&place));
    for (from, to) in
        [("\"enabled\":false", "\"enabled\":true"), ("\"action\":\"disable\"", "\"action\":\"enable\"")]
    {
        let changed = exported.replacen(from, to, 1);
        assert_ne!(changed, exported);
        let outcome = python(&place, program, &changed);
        assert!(outcome.code == 1 && outcome.stderr.contains("is not what was written"), "{outcome:?}");
    }
    let (_, without_first) = exported.split_once('\n').unwrap();
    assert_eq!(python(&place, program, without_first).code, 1);
}

#[test]
fn an_export_starts_with_the_first_record_of_its_time_and_has_no_gaps() {
    let (place, _) = Place::with_account();
    place.run(["account", "disable", "nightly"]).done();
    let whole = export(&place, &[]);
    // As with a wrong clock: the last record seems older than the previous one.
    by_hand(&place, "UPDATE audit_records SET at = 1000 WHERE chain = 'shared' OR seq = 2");
    assert_eq!(export(&place, &["--since", "1h"]).len(), whole.len() - 1);
    assert_eq!(export(&place, &["--since", "1970-01-01T00:16:40Z"]).len(), whole.len());
    by_hand(&place, "UPDATE audit_records SET at = 1000");
    assert!(export(&place, &["--since", "1970-01-01T00:16:41Z"]).is_empty());
    assert!(place.run(["audit", "export", "--since", "soon"]).refused(2).contains("2026-11-24"));
}

#[test]
fn the_list_shows_the_newest_first_and_what_changed() {
    let (place, _) = Place::with_account();
    place.run(["account", "update", "nightly", "--token-ttl", "5m"]).done();
    let table = place.run(["audit", "list"]).done().stdout;
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 4, "{table}");
    assert!(lines[0].starts_with("AT") && lines[0].ends_with("CHANGED"), "{table}");
    let columns: Vec<&str> = lines[1].split_whitespace().skip(1).take(2).collect();
    assert_eq!(columns, ["us", "2"], "{table}");
    assert!(lines[1].ends_with("token_ttl: none → 300"), "{table}");
    assert!(lines[2].contains("create") && lines[2].contains("name: nightly"), "{table}");
    assert!(lines[3].contains(&format!("resource:{RESOURCE}")), "{table}");
    assert_eq!(place.run(["audit", "list", "--limit", "1"]).done().stdout.lines().count(), 2);
}

#[test]
fn the_list_is_narrowed_by_subject_action_actor_and_time() {
    let (place, _) = Place::with_account();
    place.run(["account", "disable", "nightly"]).done();
    let id = place.accounts()[0]["client_id"].as_str().unwrap().to_owned();
    let actor = export(&place, &[])[0]["actor"].as_str().unwrap().to_owned();
    let of_account = format!("account:{id}");
    let of_resource = format!("resource:{RESOURCE}");
    let other_spelling = of_resource.replace("https://mcp", "HTTPS://MCP");
    for (options, expected) in [
        (vec!["--account", "nightly"], vec!["us 2", "us 1"]),
        (vec!["--account", &id], vec!["us 2", "us 1"]),
        (vec!["--subject", &of_account], vec!["us 2", "us 1"]),
        (vec!["--subject", "account:nightly"], vec!["us 2", "us 1"]),
        (vec!["--subject", "account:default/nightly"], vec!["us 2", "us 1"]),
        (vec!["--subject", &of_resource], vec!["shared 1"]),
        (vec!["--subject", &other_spelling], vec!["shared 1"]),
        (vec!["--subject", "tenant:default"], vec![]),
        (vec!["--action", "disable"], vec!["us 2"]),
        (vec!["--actor", &actor, "--action", "create"], vec!["us 1", "shared 1"]),
        (vec!["--actor", "nobody"], vec![]),
        (vec!["--tenant", "default"], vec!["us 2", "us 1"]),
        (vec!["--tenant", "nobody"], vec![]),
        (vec!["--chain", "shared"], vec!["shared 1"]),
        (vec!["--chain", "version-1"], vec![]),
        (vec!["--since", "1h"], vec!["us 2", "us 1", "shared 1"]),
        (vec!["--until", "1h"], vec![]),
        (vec!["--limit", "2"], vec!["us 2", "us 1"]),
    ] {
        let list = place.run(["audit", "list", "--format", "json"].iter().chain(&options)).json();
        let place = |record: &Value| format!("{} {}", record["chain"].as_str().unwrap(), record["seq"]);
        let places: Vec<String> = list.as_array().unwrap().iter().map(place).collect();
        assert_eq!(places, expected, "{options:?}");
    }
    // A deleted account has a history; an account that never existed has none.
    place.run(["account", "delete", "nightly", "--yes"]).done();
    let list = place.run(["audit", "list", "--account", &id, "--format", "json"]).json();
    assert_eq!(list.as_array().unwrap().len(), 3);
    assert!(place.run(["audit", "list", "--account", "nope"]).refused(3).contains("jeton account list"));
    let never = "there is no account";
    for option in [["--subject", "account:nope"], ["--subject", "account:no such"], ["--account", "no such"]]
    {
        let line = place.run(["audit", "list"].iter().chain(&option)).refused(3);
        assert!(line.contains(never), "{option:?}: {line}");
    }
}

#[test]
fn a_filter_that_could_match_no_record_is_refused_with_the_list_of_what_exists() {
    let (place, _) = Place::with_account();
    let actions = "the actions are create, update, rename, disable";
    let kinds = "the kinds are account, tenant, resource, key, region, token, chain; use KIND:ID, for example tenant:default";
    for (option, value, parts) in [
        ("--action", "disabled", ["\"disabled\"", actions]),
        ("--action", "", ["\"\"", actions]),
        ("--subject", "nope", ["\"nope\"", kinds]),
        ("--subject", "acount:nightly", ["\"acount\"", kinds]),
        ("--subject", ":x", ["\"\"", kinds]),
        ("--subject", "tenant", ["tenant:", "tenant:default"]),
        ("--subject", "account:", ["account:", "tenant:default"]),
        ("--subject", "resource:relative", ["resource:relative", "tenant:default"]),
        ("--subject", "region:US-EAST", ["lower-case", "tenant:default"]),
        ("--subject", "token:abc", ["22 characters", "tenant:default"]),
    ] {
        let line = place.run(["audit", "list", option, value]).refused(2);
        for part in parts {
            assert!(line.contains(part), "{option} {value}: {part} is not in {line}");
        }
    }
}

#[test]
fn the_documentation_lists_every_action_and_kind() {
    let place = Place::with_resource();
    let listed = |option: &str, before: &str| {
        let line = place.run(["audit", "list", option, "nope"]).refused(2);
        let (_, names) = line.split_once(before).unwrap();
        names.split(';').next().unwrap().split(", ").map(str::to_owned).collect::<Vec<_>>()
    };
    let documented = |row: &str| {
        let line = PAGE.lines().find(|line| line.starts_with(row)).unwrap();
        let (_, names) = line.rsplit_once(": ").unwrap();
        names.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(documented("| `action` |"), listed("--action", "the actions are "));
    assert_eq!(documented("| `subject_kind`, `subject_id` |"), listed("--subject", "the kinds are "));
}

#[test]
fn every_action_that_was_recorded_can_be_listed() {
    let place = Place::with_resource();
    place.run(["tenant", "create", "customer"]).done();
    place.run(["tenant", "disable", "customer", "--yes"]).done();
    for record in export(&place, &[]) {
        let text = |member: &str| record[member].as_str().unwrap();
        let subject = format!("{}:{}", text("subject_kind"), text("subject_id"));
        let found = ["audit", "list", "--action", text("action"), "--subject", &subject, "--format", "json"];
        let found = place.run(found).json();
        assert!(found.as_array().unwrap().iter().any(|one| one == &record), "{record}");
    }
}

#[test]
fn each_region_has_a_chain_of_the_log() {
    let (place, _) = Place::with_account();
    let eu = ["account", "create", "other", "--scope", "read:me", "--region", "eu", "--format", "json"];
    place.run(eu).done();
    let records = export(&place, &["--region", "eu"]);
    let regions: Vec<_> = records.iter().map(|record| record["region"].as_str()).collect();
    assert_eq!(regions, [Some("eu"), None, Some("us")]);
    let verified = place.run(["audit", "verify", "--region", "eu"]).done().stdout;
    assert_eq!(verified.lines().filter(|line| line.starts_with("Head")).count(), 3, "{verified}");
    assert!(place.run(["audit", "list", "--chain", "EU"]).refused(2).contains("the name of a region"));
}
