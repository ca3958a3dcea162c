//! A new secret is written once to its intended destination, or it is not created.

use std::os::unix::fs::PermissionsExt as _;

use crate::harness::{Outcome, Place, RESOURCE};

/// The three commands that create a secret.
const MAKERS: [&str; 3] =
    ["account create new --scope read:me", "secret add nightly", "secret rotate nightly"];

fn run(place: &Place, maker: &str, rest: &str) -> Outcome {
    place.run(maker.split(' ').chain(rest.split(' ').filter(|word| !word.is_empty())))
}

#[test]
fn a_table_into_a_pipe_is_refused_before_a_secret_is_created() {
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
fn json_and_every_program_format_show_the_secret_once() {
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
fn a_table_on_a_terminal_shows_the_secret_once() {
    for maker in MAKERS {
        let (place, _) = Place::with_account();
        let outcome = place.run_at_terminal(maker.split(' '), "").done();
        assert_eq!(outcome.stdout.matches("jtnsk_").count(), 1, "{maker}: {outcome:?}");
        assert!(outcome.stderr.contains("only once"), "{outcome:?}");
    }
}

#[test]
fn a_secret_file_holds_only_the_secret_and_no_output_shows_it() {
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
fn an_existing_secret_file_is_never_changed_and_no_secret_is_created() {
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
fn a_failed_command_leaves_no_secret_file() {
    let (place, _) = Place::with_account();
    run(&place, "account create new --scope nope", "--secret-file new.secret").refused(3);
    run(&place, "account create nightly --scope read:me", "--secret-file new.secret").refused(4);
    run(&place, "secret add nope", "--secret-file new.secret").refused(3);
    assert!(!place.file("new.secret").exists());
}

#[test]
fn contradicting_output_options_are_refused() {
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
fn a_secret_lost_in_a_closed_pipe_is_an_error_that_says_what_to_do() {
    for form in ["--format json", "--for env"] {
        let (place, _) = Place::with_account();
        let line = place.run_with_closed_stdout(format!("secret add nightly {form}").split(' ')).refused(1);
        assert!(line.contains("jeton secret revoke sa_us_") && !line.contains("jtnsk_"), "{line}");
    }
}

#[test]
fn neither_the_database_nor_a_later_command_shows_the_secret() {
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
