//! A new secret goes where it is meant to go, once, or nothing is made.

use std::os::unix::fs::PermissionsExt as _;

use crate::harness::{Outcome, Place, RESOURCE};

/// The three commands that make a secret.
const MAKERS: [&str; 3] =
    ["account create new --scope read:me", "secret add nightly", "secret rotate nightly"];

fn run(place: &Place, maker: &str, rest: &str) -> Outcome {
    place.run(maker.split(' ').chain(rest.split(' ').filter(|word| !word.is_empty())))
}

#[test]
fn as_a_plain_table_into_a_pipe_it_is_refused_before_anything_is_made() {
    let (place, _) = Place::with_account();
    let before = place.accounts();
    for maker in MAKERS {
        for format in ["", "--format table"] {
            let line = run(&place, maker, format).refused(2);
            for way in ["--format json", "--for", "--secret-file"] {
                assert!(line.contains(way), "{line}");
            }
        }
    }
    assert_eq!(place.accounts(), before);
}

#[test]
fn json_and_every_program_get_it_once() {
    for maker in MAKERS {
        for form in ["--format json", "--for intercom", "--for curl", "--for env", "--for mcp"] {
            let (place, _) = Place::with_account();
            let outcome = run(&place, maker, form).done();
            assert_eq!(outcome.stdout.matches("jtnsk_").count(), 1, "{maker} {form}: {outcome:?}");
            assert!(!outcome.stderr.contains("jtnsk_"), "{outcome:?}");
        }
    }
}

#[test]
fn on_a_terminal_the_table_shows_it_once() {
    for maker in MAKERS {
        let (place, _) = Place::with_account();
        let outcome = place.run_at_terminal(maker.split(' '), "").done();
        assert_eq!(outcome.stdout.matches("jtnsk_").count(), 1, "{maker}: {outcome:?}");
        assert!(outcome.stderr.contains("only this once"), "{outcome:?}");
    }
}

#[test]
fn a_secret_file_holds_the_secret_alone_and_nothing_else_shows_it() {
    for maker in MAKERS {
        for format in ["", " --format json"] {
            let (place, _) = Place::with_account();
            let outcome = run(&place, maker, &format!("--secret-file new.secret{format}")).done();
            assert!(!format!("{outcome:?}").contains("jtnsk_"), "{outcome:?}");
            assert!(outcome.stdout.contains("new.secret"), "{outcome:?}");
            let secret = place.read("new.secret");
            assert!(secret.starts_with("jtnsk_") && secret.len() == 56 && secret.ends_with('\n'), "{secret}");
            let mode = place.file("new.secret").metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}

#[test]
fn with_a_secret_file_the_json_names_the_file_and_has_no_secret() {
    let (place, _) = Place::with_account();
    let json = run(&place, MAKERS[0], "--secret-file new.secret --format json").json();
    assert_eq!(json["secret_file"], "new.secret");
    assert!(json.get("client_secret").is_none(), "{json}");
}

#[test]
fn a_secret_file_that_exists_is_never_touched_and_nothing_is_made() {
    let (place, _) = Place::with_account();
    let before = place.accounts();
    place.write("taken", "mine");
    for maker in MAKERS {
        for path in ["taken", "no-such-folder/new", "."] {
            let line = run(&place, maker, &format!("--secret-file {path}")).refused(2);
            assert!(line.contains(path), "{line}");
        }
    }
    assert_eq!((place.read("taken").as_str(), place.accounts()), ("mine", before));
}

#[test]
fn when_nothing_is_made_no_secret_file_is_left() {
    let (place, _) = Place::with_account();
    run(&place, "account create new --scope nope", "--secret-file new.secret").refused(3);
    run(&place, "account create nightly --scope read:me", "--secret-file new.secret").refused(4);
    run(&place, "secret add nope", "--secret-file new.secret").refused(3);
    assert!(!place.file("new.secret").exists());
}

#[test]
fn ways_that_contradict_each_other_are_refused() {
    let (place, _) = Place::with_account();
    let before = place.accounts();
    for maker in MAKERS {
        run(&place, maker, "--for env --format json").refused(2);
        run(&place, maker, "--for env --secret-file x").refused(2);
    }
    for program in ["intercom", "mcp"] {
        let introspecting = format!("account create api --introspect {RESOURCE}");
        assert!(run(&place, &introspecting, &format!("--for {program}")).refused(2).contains("scope"));
    }
    assert_eq!(place.accounts(), before);
    assert!(!place.file("x").exists());
}

#[test]
fn a_reader_that_is_gone_makes_a_lost_secret_a_failure_with_the_cure() {
    for form in ["--format json", "--for env"] {
        let (place, _) = Place::with_account();
        let line = place.run_without_reader(format!("secret add nightly {form}").split(' ')).refused(1);
        assert!(line.contains("jeton secret revoke sa_us_") && !line.contains("jtnsk_"), "{line}");
    }
}

#[test]
fn neither_the_database_nor_any_later_command_shows_it() {
    let (place, secret) = Place::with_account();
    for words in ["account show nightly", "account list", "secret list nightly", "account disable nightly"] {
        for format in ["table", "json"] {
            let outcome = place.run(words.split(' ').chain(["--format", format])).done();
            assert!(!format!("{outcome:?}").contains(&secret), "{words}");
        }
    }
    for entry in place.file("jeton-data").read_dir().unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }
}
