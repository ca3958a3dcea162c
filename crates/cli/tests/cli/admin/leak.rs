//! After a leak: `jeton secret check`, `jeton panic` and `jeton account recover`.

use std::io::Write as _;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::harness::{Outcome, Place};

const PAGE: &str = include_str!("../../../../../docs/leak-response.md");

fn check(place: &Place, lines: &str) -> (i32, Value) {
    let outcome = place.run_with_input(["secret", "check", "--stdin", "--format", "json"], lines);
    (
        outcome.code,
        serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {outcome:?}")),
    )
}

#[test]
fn panic_prints_what_was_revoked_and_when_tokens_expire() {
    let (place, _) = Place::with_account();
    place.run(["secret", "add", "nightly", "--label", "spare", "--format", "json"]).done();
    let outcome = place.run(["panic", "nightly"]).done();
    let said = |name: &str| outcome.stdout.lines().filter(|line| line.starts_with(name)).count();
    assert_eq!(
        (said("Revoked:"), said("Inactive at introspection:"), said("Expired everywhere:")),
        (2, 1, 1)
    );
    assert!(outcome.stdout.contains("\"spare\""), "{outcome:?}");
    assert!(outcome.stderr.contains("jeton account recover sa_us_"), "{outcome:?}");
    let again = place.run(["panic", "nightly"]).done().stdout;
    assert!(again.contains("no secret was active"), "{again}");
    let when =
        |text: &str| text.lines().find(|line| line.starts_with("Expired everywhere")).unwrap().to_owned();
    assert_eq!(when(&again), when(&outcome.stdout));
    assert!(place.run(["panic", "nope"]).refused(3).contains("jeton account list"));
}

#[test]
fn recover_creates_a_secret_by_the_rules_of_all_new_secrets() {
    let (place, _) = Place::with_account();
    let recover = |more: &[&str]| place.run(["account", "recover", "nightly"].iter().chain(more));
    assert!(recover(&["--format", "json"]).refused(4).contains("has an active secret"));
    place.run(["panic", "nightly"]).done();
    assert!(recover(&[]).refused(2).contains("--secret-file"));
    place.run(["account", "disable", "nightly"]).done();
    assert!(recover(&["--secret-file", "new.secret"]).refused(4).contains("jeton account enable"));
    assert!(!place.file("new.secret").exists());
    place.run(["account", "enable", "nightly"]).done();
    let made = recover(&["--label", "after the leak", "--expires-in", "90d", "--format", "json"]).done();
    assert!(made.stderr.contains("stay revoked"), "{made:?}");
    let secret = made.json()["client_secret"].as_str().unwrap().to_owned();
    assert_eq!(check(&place, &secret).1[0]["secret"]["label"], "after the leak");
}

#[test]
fn findings_are_listed_by_line_and_the_text_is_never_shown() {
    let (place, live) = Place::with_account();
    let other = place.create_account("other", &["--scope", "read:me"]);
    let revoked = other["client_secret"].as_str().unwrap().to_owned();
    place.run(["panic", "other"]).done();
    let cut = &live[..40];
    let long = "x".repeat(200_000);
    let opaque = format!("jtnat_{}", "0aZ_-".repeat(20));
    let input = format!("foreign-canary-0123\n\n  {live}\r\n{cut}\n{revoked}\n{opaque}\n{long}\nlast-canary");
    let (code, found) = check(&place, &input);
    let findings: Vec<_> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|found| (found["line"].as_u64().unwrap(), found["finding"].as_str().unwrap()))
        .collect();
    assert_eq!(findings, [(3, "secret"), (4, "broken"), (5, "secret"), (6, "access_token")]);
    assert_eq!(code, 1);
    let account = place.run(["account", "show", "nightly", "--format", "json"]).json();
    assert_eq!((&found[0]["name"], &found[0]["tenant"]), (&json!("nightly"), &json!("default")));
    assert_eq!(found[0]["secret"], account["secrets"][0]);
    assert_eq!(found[0]["command"], format!("jeton panic {}", account["client_id"].as_str().unwrap()));
    assert_eq!((&found[2]["secret"]["state"], &found[2]["command"]), (&json!("revoked"), &Value::Null));

    let table = place.run_with_input(["secret", "check", "--stdin"], &input);
    assert_eq!(table.code, 1);
    assert!(
        table.stderr.contains("Line 3 has an active secret") && !table.stderr.contains("error"),
        "{table:?}"
    );
    let shown = format!("{table:?}{found}");
    for string in ["canary", &live[..40], &revoked[..40], &opaque, "xxxxxx"] {
        assert!(!shown.contains(string), "{string}: {shown}");
    }
}

#[test]
fn the_exit_code_says_whether_an_active_or_unknown_secret_was_found() {
    let (place, secret) = Place::with_account();
    let changed = format!("{}{}", &secret[..54], if secret.ends_with('0') { '1' } else { '0' });
    let nobodys = "jtnsk_00000000000000000000000000000000000000000002SOHbx";
    let another_key = format!("jtnmk_{}", "0aZ_-".repeat(9));
    for (text, code) in [
        ("harmless", 0),
        ("the form is jtnsk_[0-9A-Za-z]{49}", 0),
        ("jtnsk_cut", 3),
        (&secret[..54], 3),
        (changed.as_str(), 3),
        (nobodys, 3),
        (&another_key[..49], 3),
        (secret.as_str(), 1),
        (format!("{nobodys} {secret} jtnsk_cut").as_str(), 1),
    ] {
        let outcome = place.run_with_input(["secret", "check", "--stdin"], text);
        assert_eq!(outcome.code, code, "{text}: {outcome:?}");
        assert!(outcome.stderr.contains("Imported secrets have no recognizable form"), "{outcome:?}");
        let is_unresolved = code == 3 || text.ends_with("jtnsk_cut");
        assert_eq!(outcome.stderr.contains("find the whole string"), is_unresolved, "{outcome:?}");
    }
    let master_key = place.read("jeton-data/master.key");
    let (code, found) = check(&place, &master_key);
    assert_eq!((code, &found[0]["finding"]), (1, &json!("master_key")));
    // Revoked secrets do not count.
    place.run(["panic", "nightly"]).done();
    assert_eq!(check(&place, &secret).0, 0);
    assert_eq!(check(&place, &format!("{secret} jtnsk_cut")).0, 3);
    for nothing in ["\n\n", " "] {
        let line = place.run_with_input(["secret", "check", "--stdin"], nothing).refused(2);
        assert!(line.contains("no text to search on stdin"), "{line}");
    }
    assert_eq!(check(&place, &"jtnsk_cut\n".repeat(451)).1.as_array().unwrap().len(), 451);
}

#[test]
fn an_active_secret_is_found_in_every_encoding() {
    let (place, secret) = Place::with_account();
    let utf16 = |text: &str, to_bytes: fn(u16) -> [u8; 2]| {
        text.encode_utf16().flat_map(to_bytes).collect::<Vec<u8>>()
    };
    let basic =
        |id: &str| format!("Authorization: Basic {}", STANDARD.encode(format!("{id}:{secret}"))).into_bytes();
    for text in [
        format!("\"{secret}\"").into_bytes(),
        format!("CLIENT_SECRET='{secret}',").into_bytes(),
        format!("{{\"a\":{{\"client_secret\":\"{secret}\"}}}}").into_bytes(),
        format!("https://api.example.com/?client_secret={secret}&a=b").into_bytes(),
        format!("{secret} jtnsk_cut").into_bytes(),
        format!("{}{secret}", "x".repeat(70_000)).into_bytes(),
        secret.replace('_', "%5F").into_bytes(),
        utf16(&secret, u16::to_le_bytes),
        utf16(&format!("\u{feff}{secret}"), u16::to_be_bytes),
        basic("a"),
        basic("ab"),
        basic("abc"),
        b"\xff\xfe\x00"[..].iter().copied().chain(secret.bytes()).collect(),
    ] {
        place.write_bytes("leaked", &text);
        let outcome = place.shell("jeton secret check --stdin --format json < leaked");
        assert_eq!(outcome.code, 1, "{}: {outcome:?}", String::from_utf8_lossy(&text));
        assert!(
            outcome.stdout.contains("\"finding\":\"secret\"") && !outcome.stderr.contains(&secret),
            "{outcome:?}"
        );
    }
}

#[test]
fn fifty_megabytes_on_one_line_are_searched_in_little_memory() {
    const PARTS: usize = 50;
    let (place, secret) = Place::with_account();
    let mut command = place.command(["secret", "check", "--stdin", "--format", "json"]);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let part = "0123456789abcdefghijklmnopqrstuvwxyz-%_= ".repeat((1 << 20) / 41);
    for _ in 0..PARTS {
        stdin.write_all(part.as_bytes()).unwrap();
    }
    // The command has searched everything except the content of the pipe, and waits for more.
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak: usize = peak.trim().trim_end_matches(" kB").parse().unwrap();
    stdin.write_all(format!("\n{secret}").as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (output.status.code(), &found[0]["line"], &found[0]["name"]),
        (Some(1), &json!(2), &json!("nightly"))
    );
    assert!(peak * 1024 < PARTS * part.len() / 4 * 3, "{peak} kB");
}

#[test]
fn no_command_repeats_a_secret_that_is_passed_as_an_argument() {
    let (place, secret) = Place::with_account();
    let imported = "The-Customers-old-secret";
    for words in ["secret check", "token inspect", "token introspect", "token revoke"] {
        for argument in [secret.as_str(), &secret[..40], imported] {
            for more in [vec![argument], vec!["--stdin", argument], vec!["--", argument]] {
                let line = place.run(words.split(' ').chain(more)).refused(2);
                assert!(line.contains("stdin"), "{words}: {line}");
                assert!(!line.contains(argument) && !line.contains("Customers"), "{words}: {line}");
            }
        }
    }
    for words in
        ["panic", "account show", "account create", "secret list", "secret revoke nightly", "account delete"]
    {
        let outcome = place.run(words.split(' ').chain([secret.as_str()]));
        let line = outcome.refused(2);
        assert!(!line.contains(&secret[..40]) && line.contains("treat it as leaked"), "{words}: {line}");
    }
    assert!(!place.run(["secret", "revoke", "nightly", imported]).refused(2).contains(imported));
}

#[test]
fn with_the_stdin_option_lines_are_read_from_a_terminal_too() {
    let (place, secret) = Place::with_account();
    let end_of_input = "\u{4}";
    let typed = format!("foreign\n{secret}\n{end_of_input}");
    let outcome = place.run_at_terminal(["secret", "check", "--stdin"], &typed);
    assert_eq!(outcome.code, 1, "{outcome:?}");
    assert!(outcome.stdout.contains("active secret") && outcome.stdout.contains("nightly"), "{outcome:?}");
    assert!(outcome.stderr.contains("jeton panic sa_us_"), "{outcome:?}");
}

#[test]
fn the_documented_patterns_and_the_documented_program_recognize_secrets() {
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
    let (code, found) = check(&place, vector);
    assert_eq!((code, &found[0]["finding"]), (3, &json!("unknown")));
}

#[test]
fn the_documented_scanner_script_exits_with_1_for_an_active_secret() {
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
