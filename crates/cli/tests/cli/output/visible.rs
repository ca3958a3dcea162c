//! Control and invisible characters: refused in new texts, escaped when old texts are printed.

use std::fmt::Write as _;

use jeton_core::model::is_invisible;

use crate::harness::{Outcome, Place, RESOURCE};

/// Examples of each general category: Cc, Cf (a bidirectional control, zero-width characters, a tag), Zl, Zp.
const INVISIBLE: [char; 7] =
    ['\u{9b}', '\u{202e}', '\u{200b}', '\u{feff}', '\u{e0041}', '\u{2028}', '\u{2029}'];

/// A name from before the characters were refused.
const OLD: &str = "safe\u{202e}evas\u{200b}\u{2028}x";
const SHOWN: &str = "safe\\u{202e}evas\\u{200b}\\u{2028}x";

#[track_caller]
fn assert_visible(outcome: &Outcome) {
    for text in [&outcome.stdout, &outcome.stderr] {
        assert!(!text.replace('\n', "").chars().any(is_invisible), "{outcome:?}");
    }
}

/// A store in which all names and texts are [`OLD`], and the client id of its account.
fn with_old_texts() -> (Place, String) {
    let place = Place::with_resource();
    place.run(["tenant", "create", "buyer"]).done();
    place.run(["resource", "update", RESOURCE, "--name", "The API"]).done();
    let made = place.create_account("crm", &["--tenant", "buyer", "--scope", "read:me"]);
    let id = made["client_id"].as_str().unwrap().to_owned();
    place.run(["secret", "add", &id, "--label", "spare", "--format", "json"]).done();
    let script = format!(
        "import sqlite3\nd = sqlite3.connect('jeton-data/jeton.db')\nd.execute('PRAGMA foreign_keys = OFF')\n\
         old = {old}\nfor s in ['accounts SET name', 'accounts SET tenant', 'resources SET name', 'scopes SET text',\n          \
         'credentials SET label', 'audit_records SET subject_id', 'audit_records SET actor', 'audit_records SET tenant']: d.execute(f'UPDATE {{s}} = ?', (old,))\n\
         d.execute(\"UPDATE tenants SET name = ? WHERE name = 'buyer'\", (old,))\n\
         d.execute('UPDATE audit_records SET after = ?', ('{{\"name\":\"' + old + '\"}}',))\nd.commit()\n",
        old = python_text(OLD),
    );
    place.write("set_old.py", &script);
    place.shell("python3 set_old.py").done();
    (place, id)
}

fn python_text(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        write!(escaped, "\\U{:08x}", u32::from(character)).unwrap();
    }
    format!("'{escaped}'")
}

#[test]
fn new_texts_with_an_invisible_character_are_refused() {
    let (place, _) = Place::with_account();
    let before = place.accounts();
    for character in INVISIBLE {
        let text = format!("a{character}b");
        let scope = format!("list={text}");
        let commands: [&[&str]; 10] = [
            &["account", "create", &text, "--scope", "read:me", "--format", "json"],
            &["account", "import", &text, "--id", "old", "--scope", "read:me", "--stdin"],
            &["account", "update", "nightly", "--name", &text],
            &["tenant", "create", &text],
            &["resource", "create", "https://x.example", "--scope", "a", "--name", &text],
            &["resource", "create", "https://x.example", "--scope", &scope],
            &["resource", "update", RESOURCE, "--name", &text],
            &["resource", "update", RESOURCE, "--scope", &scope],
            &["secret", "add", "nightly", "--label", &text, "--format", "json"],
            &["secret", "rotate", "nightly", "--label", &text, "--format", "json"],
        ];
        for words in commands {
            let outcome = place.run_with_input(words, "the-customers-old-secret");
            assert_visible(&outcome);
            let line = outcome.refused(2);
            let number = format!("U+{:04X}", u32::from(character));
            assert!(line.contains(&number) && line.contains("remove it"), "{words:?}: {line}");
        }
    }
    assert_eq!(place.accounts(), before);
}

#[test]
fn old_texts_are_printed_with_escapes_in_tables_json_and_messages() {
    let (place, id) = with_old_texts();
    let spare = place.run(["secret", "list", &id, "--format", "json"]).json()[1]["secret_id"].clone();
    let spare = spare.as_str().unwrap();
    for words in [
        "account list",
        &format!("account show {id}"),
        &format!("account update {id} --token-ttl 5m"),
        "resource list",
        &format!("resource show {RESOURCE}"),
        "tenant list",
        "audit list",
        &format!("secret list {id}"),
        &format!("secret revoke {id} {spare}"),
        &format!("account revoke-tokens {id}"),
        &format!("panic {id}"),
        &format!("account delete {id} --yes"),
    ] {
        let outcome = place.run(words.split(' ')).done();
        assert_visible(&outcome);
        let printed = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(printed.contains("safe\\"), "{words}: {outcome:?}");
        if !words.starts_with("account delete") {
            let json = place.run(words.split(' ').chain(["--format", "json"]));
            assert_visible(&json);
            assert!(
                json.stdout.is_empty() || json.stdout.contains("safe\\u202e") || json.code == 0,
                "{json:?}"
            );
        }
    }
}

#[test]
fn escaped_json_has_the_same_meaning() {
    let (place, id) = with_old_texts();
    assert_eq!(place.run(["account", "show", &id, "--format", "json"]).json()["name"], OLD);
    assert!(place.run(["account", "show", &id]).done().stdout.contains(SHOWN));
    let made = place.run(["secret", "rotate", &id, "--format", "json"]);
    assert_eq!(made.code, 4, "two active secrets already: {made:?}");
    assert_visible(&made);
    for program in ["intercom", "mcp", "curl", "env"] {
        place.run(["panic", &id]).done();
        assert_visible(&place.run(["account", "recover", &id, "--for", program]).done());
    }
}

#[test]
fn old_names_can_still_be_used_and_replaced() {
    let (place, id) = with_old_texts();
    let shown = |reference: &str| place.run(["account", "show", reference, "--format", "json"]).json();
    assert_eq!(shown(OLD)["client_id"], id);
    assert_eq!(shown(&format!("{OLD}/{OLD}"))["client_id"], id);
    place.run(["tenant", "disable", OLD, "--yes"]).done();
    place.run(["tenant", "enable", OLD]).done();
    place.run(["account", "list", "--tenant", OLD]).done();
    place.run(["account", "update", OLD, "--name", "crm"]).done();
    assert_eq!(shown("crm")["client_id"], id);
    place
        .run(["account", "create", "more", "--tenant", OLD, "--scope", "read:me", "--format", "json"])
        .done();
}

#[test]
fn an_export_is_byte_for_byte_in_a_pipe_and_visible_at_a_terminal() {
    let (place, _) = with_old_texts();
    assert!(place.run(["audit", "export"]).done().stdout.contains(OLD));
    assert_visible(&place.run_at_terminal(["audit", "export"], "").done());
}

#[test]
fn invisible_characters_in_arguments_are_escaped_when_they_are_repeated() {
    let place = Place::with_resource();
    for words in
        [["account", "show", OLD], ["tenant", "show", OLD], ["account", "nope", OLD], [OLD, "x", "y"]]
    {
        let outcome = place.run(words);
        assert_visible(&outcome);
        assert_ne!(outcome.code, 0);
    }
}
