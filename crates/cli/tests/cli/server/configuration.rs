//! Which configuration is used, and the errors for an invalid one.

use std::os::unix::fs::PermissionsExt as _;

use crate::harness::{Outcome, Place, Server};

fn checked(place: &Place, arguments: &[&str], variables: &[(&str, &str)]) -> Outcome {
    let mut command = place.command(arguments.iter().copied().chain(["config", "check", "--format", "json"]));
    command.envs(variables.iter().copied());
    Outcome::of(command, "")
}

#[test]
fn the_options_work_before_and_after_the_command() {
    let place = Place::configured();
    std::fs::rename(place.file("jeton.toml"), place.file("other.toml")).unwrap();
    for words in [
        "--config other.toml --region eu config check --format json",
        "config --config other.toml check --region eu --format json",
        "config check --format json --config other.toml --region eu",
    ] {
        let json = place.run(words.split(' ')).json();
        assert_eq!(json["issuer"], "https://app.eu.example.com");
    }
}

#[test]
fn variables_are_used_and_options_override_them() {
    let place = Place::configured();
    std::fs::rename(place.file("jeton.toml"), place.file("other.toml")).unwrap();
    let variables = [("JETON_CONFIG", "other.toml"), ("JETON_REGION", "eu")];
    assert_eq!(checked(&place, &[], &variables).json()["region"], "eu");
    assert_eq!(checked(&place, &["--region", "us"], &variables).json()["region"], "us");
    let with_database = [
        ("JETON_CONFIG", "other.toml"),
        ("JETON_DATABASE__URL", "sqlite:jeton-data/elsewhere.db"),
        ("JETON_PORT", "tcp://1"),
    ];
    assert_eq!(checked(&place, &[], &with_database).json()["database"], "sqlite:jeton-data/elsewhere.db");
}

#[test]
fn a_password_of_the_database_is_not_shown() {
    let place = Place::configured();
    let variables = [("JETON_DATABASE__URL", "postgres://jeton:hunter2@127.0.0.1:1/jeton?password=hunter2")];
    for format in ["table", "json"] {
        let mut command = place.command(["config", "check", "--format", format]);
        command.envs(variables);
        let outcome = Outcome::of(command, "");
        let said = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(outcome.stdout.contains("postgres://") && !said.contains("hunter2"), "{outcome:?}");
    }
}

#[test]
fn no_command_and_no_log_shows_a_password_of_the_database() {
    let place = Place::configured();
    for (name, text, mode) in
        [("password", "hunter2\n", 0o600), ("two", "hunter2\nhunter2\n", 0o600), ("open", "hunter2", 0o644)]
    {
        place.write(name, text);
        std::fs::set_permissions(place.file(name), std::fs::Permissions::from_mode(mode)).unwrap();
    }
    let (url, away) = ("JETON_DATABASE__URL", "postgres://jeton@127.0.0.1:1/jeton");
    let file = "JETON_DATABASE__PASSWORD_FILE";
    for (code, variables) in [
        (7, [(url, "postgres://jeton:hunter2@127.0.0.1:1/jeton?password=hunter2"), ("X", "")]),
        (7, [(url, away), ("JETON_DATABASE__PASSWORD", "hunter2")]),
        (7, [(url, away), (file, "password")]),
        (2, [(url, away), (file, "two")]),
        (2, [(url, away), (file, "open")]),
        (2, [(url, "postgres://jeton:hunter2@127.0.0.1:port/jeton"), ("X", "")]),
        (
            2,
            [
                (url, "postgres://jeton:hunter2@db/jeton?sslmode=disable"),
                ("JETON_DATABASE__PASSWORD", "hunter2"),
            ],
        ),
        (2, [(url, "sqlite:jeton-data/jeton.db"), ("JETON_DATABASE__PASSWORD", "hunter2")]),
    ] {
        for words in ["config check", "config check --format json", "serve", "migrate", "account list"] {
            let mut command = place.command(words.split(' '));
            command.envs(variables).env("JETON_LOG__LEVEL", "trace");
            let outcome = Outcome::of(command, "");
            assert_eq!(outcome.code, code, "{words} {variables:?}: {outcome:?}");
            assert!(!format!("{}{}", outcome.stdout, outcome.stderr).contains("hunter2"), "{outcome:?}");
        }
    }
}

#[test]
fn a_plaintext_connection_to_another_machine_stops_every_command() {
    let place = Place::configured();
    let before = place.read("jeton.toml");
    let database = "\n[database]\nurl = \"postgres://jeton@db.invalid/jeton?sslmode=allow\"\n";
    place.write("jeton.toml", &format!("{before}{database}"));
    for words in [
        "config check",
        "serve",
        "migrate",
        "account list",
        "key list",
        "backup x.db",
        "restore x.db",
        "tenant create a",
    ] {
        let line = place.run(words.split(' ')).refused(2);
        let says = ["jeton.toml", "`database.url`", "sslmode=allow", "`database.allow_plaintext`"];
        assert!(says.iter().all(|part| line.contains(part)), "{words}: {line}");
    }
    // The name has no address, so nothing is sent.
    place.write("jeton.toml", &format!("{before}{database}allow_plaintext = true\n"));
    let line = place.run(["account", "list"]).refused(7);
    assert!(line.contains("db.invalid"), "{line}");
}

#[test]
fn the_master_key_of_the_environment_is_not_shown() {
    let place = Place::configured();
    let key = format!("jtnmk_{}", "A".repeat(43));
    let outcome = checked(&place, &[], &[("JETON_KEYS__MASTER_KEY", &key)]);
    assert!(!outcome.stdout.contains("jtnmk_"), "{outcome:?}");
    assert_eq!(outcome.json()["master_key_file"], serde_json::Value::Null);
}

#[test]
fn without_a_configuration_the_error_says_how_to_get_one() {
    let place = Place::empty();
    for words in ["config check", "account list", "serve", "migrate", "key list"] {
        let line = place.run(words.split(' ')).refused(2);
        assert!(line.contains("jeton dev"), "{words}: {line}");
    }
    assert!(place.run(["--config", "nope.toml", "serve"]).refused(2).contains("nope.toml"));
}

/// The environment of a container.
const ALONE: [(&str, &str); 6] = [
    ("JETON_REGION", "us"),
    ("JETON_ISSUER", "https://app.example.com"),
    ("JETON_DATABASE__URL", "sqlite:data/jeton.db"),
    ("JETON_KEYS__MASTER_KEY_FILE", "data/master.key"),
    ("JETON_LISTEN__PUBLIC", "127.0.0.1:0"),
    ("JETON_LISTEN__OPERATIONS", "127.0.0.1:0"),
];

#[test]
fn the_environment_alone_configures_every_command() {
    let place = Place::empty();
    let run = |words: &str| {
        let mut command = place.command(words.split(' '));
        command.envs(ALONE);
        Outcome::of(command, "")
    };
    let checked = run("config check").done().stdout;
    assert!(checked.contains("File:                from the environment\n"), "{checked}");
    assert_eq!(run("config check --format json").json()["file"], serde_json::Value::Null);
    run("migrate").done();
    run("resource create https://api.example.com --scope read").done();
    let made = run("account create nightly --scope read --format json").json();
    assert_eq!(made["token_endpoint"], "https://app.example.com/oauth/v1/token");
    for words in ["account list", "key list", "secret list nightly", "audit verify", "token simulate nightly"]
    {
        run(words).done();
    }
    let mut serve = place.command(["serve"]);
    serve.envs(ALONE).env("JETON_SHUTDOWN__LAME_DUCK", "0s");
    let server = Server::of(&place, serve);
    assert!(server.startup_log().contains("Serving the region us on 127.0.0.1:"), "{}", server.startup_log());
    let (code, said) = server.stop();
    assert_eq!(code, 0, "{said}");
    let mut found: Vec<_> =
        place.path().read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
    found.sort();
    assert_eq!(found, ["data", "printed"]);
}

#[test]
fn region_variables_are_refused_together_with_a_file_and_ignored_by_dev() {
    let place = Place::configured();
    let variables = &ALONE[..2];
    for words in ["config check", "account list", "serve", "migrate"] {
        let mut command = place.command(words.split(' '));
        command.envs(variables.iter().copied());
        let line = Outcome::of(command, "").refused(2);
        assert!(
            line.starts_with("JETON_ISSUER is set, but jeton.toml also has `regions`"),
            "{words}: {line}"
        );
    }
    let place = Place::empty();
    let mut dev = place.command(["dev", "--listen", "127.0.0.1:0"]);
    dev.env("JETON_ISSUER", "https://app.example.com").env("JETON_REGIONS", "nonsense");
    let server = Server::of(&place, dev);
    assert!(server.startup_log().contains("Serving http://127.0.0.1:"), "{}", server.startup_log());
    assert!(server.startup_log().contains("JETON_ISSUER is ignored"), "{}", server.startup_log());
}

#[test]
fn the_documented_container_is_a_complete_configuration() {
    let text = include_str!("../../../../../docs/configuration.md");
    let (_, example) = text.split_once("```sh\ndocker run").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    let place = Place::empty();
    let example = example.replace("/var/lib/jeton", place.path().to_str().unwrap());
    let set = example.lines().filter_map(|line| line.trim().trim_end_matches(" \\").strip_prefix("-e "));
    let variables: Vec<(&str, &str)> = set.filter_map(|set| set.split_once('=')).collect();
    assert!(variables.len() >= 4, "{variables:?}");
    let json = checked(&place, &[], &variables).json();
    assert_eq!((&json["file"], &json["region"]), (&serde_json::Value::Null, &"us".into()));
    assert_eq!(json["database"], format!("sqlite:{}", place.file("jeton.db").display()));
}

#[test]
fn an_invalid_file_is_a_usage_error_that_names_file_and_key() {
    let place = Place::configured();
    let good = place.read("jeton.toml");
    for (extra, key) in [("[tokens]\ndefault_ttl = 5\n", "tokens.default_ttl"), ("[tocens]\n", "tocens")] {
        place.write("jeton.toml", &format!("{good}{extra}"));
        for words in ["config check", "account list", "serve"] {
            let line = place.run(words.split(' ')).refused(2);
            assert!(line.contains("jeton.toml") && line.contains(key), "{line}");
        }
    }
    place.write("jeton.toml", &good);
    assert!(place.run(["config", "check", "--region", "asia"]).refused(2).contains("us, eu"));
}

#[test]
fn an_issuer_that_url_parsers_rewrite_is_refused_with_the_spelling_to_use() {
    let place = Place::configured();
    let good = place.read("jeton.toml");
    for (issuer, spelling) in [
        ("https://App.Example.com", "https://app.example.com"),
        ("https://app.example.com:443", "https://app.example.com"),
        ("https://%61pp.example.com/x/../y", "https://app.example.com/y"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ] {
        // Of this region, and of another one.
        for (key, configured) in [
            ("regions[0].issuer", "https://app.example.com\""),
            ("regions[1].issuer", "https://app.eu.example.com\""),
        ] {
            place.write("jeton.toml", &good.replace(configured, &format!("{issuer}\"")));
            for words in ["config check", "account list", "serve", "migrate"] {
                let line = place.run(words.split(' ')).refused(2);
                assert!(line.contains("jeton.toml") && line.contains(key), "{words}: {line}");
                assert!(line.ends_with(&format!("use {spelling}")), "{words}: {line}");
            }
        }
    }
    assert!(!place.file("jeton-data").exists());
    place.write("jeton.toml", &good);
    place.run(["config", "check"]).done();
}

#[test]
fn each_region_has_its_own_accounts_in_one_store() {
    let (place, _) = Place::with_account();
    let made = place.run("account create europe --scope read:me --region eu --format json".split(' ')).json();
    assert!(made["client_id"].as_str().unwrap().starts_with("sa_eu_"));
    assert_eq!(made["token_endpoint"], "https://app.eu.example.com/oauth/v1/token");
    assert_eq!(place.accounts().as_array().unwrap().len(), 1);
}
