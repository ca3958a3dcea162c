//! A secret has leaked: whose it is, `jeton panic`, and a new start.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::harness::{Outcome, Place};

const PAGE: &str = include_str!("../../../../docs/leak-response.md");

fn check(place: &Place, lines: &str) -> (i32, Value) {
    let outcome = place.run_with_input(["secret", "check", "--stdin", "--format", "json"], lines);
    (
        outcome.code,
        serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {outcome:?}")),
    )
}

#[test]
fn panic_says_what_was_revoked_and_when_tokens_are_dead() {
    let (place, _) = Place::with_account();
    place.run(["secret", "add", "nightly", "--label", "spare", "--format", "json"]).done();
    let outcome = place.run(["panic", "nightly"]).done();
    let said = |name: &str| outcome.stdout.lines().filter(|line| line.starts_with(name)).count();
    assert_eq!((said("Revoked:"), said("Dead by introspection:"), said("Dead everywhere:")), (2, 1, 1));
    assert!(outcome.stdout.contains("\"spare\""), "{outcome:?}");
    assert!(outcome.stderr.contains("jeton account recover sa_us_"), "{outcome:?}");
    let again = place.run(["panic", "nightly"]).done().stdout;
    assert!(again.contains("no secret was live"), "{again}");
    let when = |text: &str| text.lines().find(|line| line.starts_with("Dead everywhere")).unwrap().to_owned();
    assert_eq!(when(&again), when(&outcome.stdout));
    assert!(place.run(["panic", "nope"]).refused(3).contains("jeton account list"));
}

#[test]
fn recover_makes_a_secret_by_the_rules_of_all_new_secrets() {
    let (place, _) = Place::with_account();
    let recover = |more: &[&str]| place.run(["account", "recover", "nightly"].iter().chain(more));
    assert!(recover(&["--format", "json"]).refused(4).contains("has a live secret"));
    place.run(["panic", "nightly"]).done();
    assert!(recover(&[]).refused(2).contains("--secret-file"));
    place.run(["account", "disable", "nightly"]).done();
    assert!(recover(&["--secret-file", "new.secret"]).refused(4).contains("jeton account enable"));
    assert!(!place.file("new.secret").exists());
    place.run(["account", "enable", "nightly"]).done();
    let made = recover(&["--label", "after the leak", "--expires-in", "90d", "--format", "json"]).done();
    assert!(made.stderr.contains("stay so"), "{made:?}");
    let secret = made.json()["client_secret"].as_str().unwrap().to_owned();
    assert_eq!(check(&place, &secret).1[0]["secret"]["label"], "after the leak");
}

#[test]
fn a_list_of_strings_is_told_line_by_line_and_never_shown() {
    let (place, live) = Place::with_account();
    let other = place.create_account("other", &["--scope", "read:me"]);
    let revoked = other["client_secret"].as_str().unwrap().to_owned();
    place.run(["panic", "other"]).done();
    let cut = &live[..40];
    let long = "x".repeat(200_000);
    let input =
        format!("foreign-canary-0123\n\n  {live}\r\n{cut}\n{revoked}\njtnat_canary\n{long}\nlast-canary");
    let (code, found) = check(&place, &input);
    let findings: Vec<_> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|found| (found["line"].as_u64().unwrap(), found["finding"].as_str().unwrap()))
        .collect();
    assert_eq!(
        findings,
        [
            (1, "foreign"),
            (3, "secret"),
            (4, "broken"),
            (5, "secret"),
            (6, "access_token"),
            (7, "foreign"),
            (8, "foreign")
        ]
    );
    assert_eq!(code, 1);
    let account = place.run(["account", "show", "nightly", "--format", "json"]).json();
    assert_eq!((&found[1]["name"], &found[1]["tenant"]), (&json!("nightly"), &json!("default")));
    assert_eq!(found[1]["secret"], account["secrets"][0]);
    assert_eq!(found[1]["command"], format!("jeton panic {}", account["client_id"].as_str().unwrap()));
    assert_eq!((&found[3]["secret"]["state"], &found[3]["command"]), (&json!("revoked"), &Value::Null));

    let table = place.run_with_input(["secret", "check", "--stdin"], &input);
    assert_eq!(table.code, 1);
    assert!(table.stderr.contains("Line 3 is a live secret") && !table.stderr.contains("error"), "{table:?}");
    let shown = format!("{table:?}{found}");
    for string in ["canary", &live[..40], &revoked[..40], "xxxxxx"] {
        assert!(!shown.contains(string), "{string}: {shown}");
    }
}

#[test]
fn the_exit_code_says_whether_anything_live_was_found() {
    let (place, secret) = Place::with_account();
    assert_eq!(check(&place, "foreign\njtnsk_cut\n").0, 0);
    let master_key = place.read("jeton-data/master.key");
    let (code, found) = check(&place, &master_key);
    assert_eq!((code, &found[0]["finding"]), (1, &json!("master_key")));
    place.run(["panic", "nightly"]).done();
    assert_eq!(check(&place, &secret).0, 0);
    for nothing in ["\n\n", " "] {
        let line = place.run_with_input(["secret", "check", "--stdin"], nothing).refused(2);
        assert!(line.contains("no leaked string on stdin"), "{line}");
    }
    let many = "foreign\n".repeat(450) + "jtnsk_cut";
    assert_eq!(check(&place, &many).1.as_array().unwrap().len(), 451);
}

#[test]
fn lines_may_also_be_typed_at_a_terminal_where_somebody_says_so() {
    let (place, secret) = Place::with_account();
    let end_of_input = "\u{4}";
    let typed = format!("foreign\n{secret}\n{end_of_input}");
    let outcome = place.run_at_terminal(["secret", "check", "--stdin"], &typed);
    assert_eq!(outcome.code, 1, "{outcome:?}");
    assert!(outcome.stdout.contains("live secret") && outcome.stdout.contains("nightly"), "{outcome:?}");
    assert!(outcome.stderr.contains("jeton panic sa_us_"), "{outcome:?}");
}

#[test]
fn the_documented_patterns_find_what_is_made_and_the_documented_program_checks_it() {
    let (place, secret) = Place::with_account();
    let master_key = place.read("jeton-data/master.key").trim().to_owned();
    let opaque = format!("jtnat_{}", "0aZ_-".repeat(20));
    let patterns: Vec<&str> = PAGE
        .lines()
        .filter_map(|line| line.split('`').nth(1))
        .filter(|text| text.starts_with("jtn"))
        .collect();
    assert_eq!(patterns.len(), 3, "{patterns:?}");
    for (pattern, found) in patterns.iter().zip([&secret, &opaque, &master_key]) {
        let script = format!("printf '%s' 'key = \"{found}\";' | grep -oE '{pattern}'");
        assert_eq!(place.shell(&script).done().stdout.trim(), found, "{pattern}");
    }

    let vector = PAGE.split_once("```text\n").unwrap().1.lines().next().unwrap();
    let (_, program) = PAGE.split_once("```python\n").unwrap();
    let program = program.split_once("```").unwrap().0;
    let mut python = Command::new("python3");
    python.args(["-c", program]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let input = format!("{vector}\n{secret}\n{}0\n", &vector[..54]);
    assert_eq!(Outcome::of(python, &input).done().stdout, "right\nright\nwrong\n");
    assert_eq!(check(&place, vector).1[0]["finding"], "unknown");
}

#[test]
fn the_documented_wiring_of_a_scanner_ends_with_1_for_a_live_secret() {
    let (place, secret) = Place::with_account();
    let wiring = PAGE.split_once("```sh\n").unwrap().1.split_once("```").unwrap().0;
    std::fs::create_dir(place.file("checkout")).unwrap();
    place.write("checkout/harmless.txt", "nothing here");
    let scan = || place.shell(&format!("cd checkout; export JETON_CONFIG=../jeton.toml\n{wiring}"));
    assert_eq!(scan().code, 0);
    place.write("checkout/settings.py", &format!("SECRET = '{secret}'\n"));
    let outcome = scan();
    assert_eq!(outcome.code, 1, "{outcome:?}");
    assert!(outcome.stdout.contains("nightly"), "{outcome:?}");
}
