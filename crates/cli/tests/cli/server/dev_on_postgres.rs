//! `jeton dev --database`: PostgreSQL instead of a file.

use std::os::unix::fs::PermissionsExt as _;

use crate::harness::{Place, Server};
use crate::postgres::{new_database, shared};

#[test]
fn the_server_and_later_commands_use_the_database() {
    let place = Place::empty();
    let url = new_database("dev");
    let server = Server::start(&place, &["dev", "--listen", "127.0.0.1:0", "--database", &url]);
    assert!(server.startup_log().contains("  Data    postgres://"), "{}", server.startup_log());
    let printed = server.printed();
    let (_, pasted) = printed.split_once("For a shell:\n\n").unwrap();
    assert_eq!(place.shell(pasted).json()["scope"], "read:me");
    place.run(["account", "create", "mine", "--scope", "read:me", "--for", "env"]).done();
    assert!(!place.file("jeton-data/jeton.db").exists() && place.file("jeton-data/master.key").exists());
    assert_eq!(shared().execute("dev", "SELECT count(*) FROM accounts").unwrap(), "2");

    server.kill();
    // Without the option, it uses the same database again.
    let settings = place.read("jeton-data/jeton.toml");
    let second = Server::start(&place, &["dev"]);
    assert!(second.printed().contains("jeton secret rotate sample"), "{}", second.printed());
    assert_eq!(place.read("jeton-data/jeton.toml"), settings);
    assert_eq!(place.accounts().as_array().unwrap().len(), 2);
}

#[test]
fn the_password_is_kept_in_a_file_of_its_owner_and_shown_nowhere() {
    let place = Place::empty();
    new_database("with_password");
    let create = "CREATE ROLE dev LOGIN PASSWORD 'p@ss: %w'; ALTER DATABASE with_password OWNER TO dev";
    shared().execute("postgres", create).unwrap();
    let url = shared().url_of("dev:p%40ss%3A%20%25w", "with_password");
    let mut command = place.command(["dev", "--listen", "127.0.0.1:0", "--database", &url]);
    command.env("JETON_LOG__LEVEL", "trace");
    let server = Server::of(&place, command);
    let settings = place.read("jeton-data/jeton.toml");
    assert!(settings.contains("\npassword_file = \"database-password\"\n"), "{settings}");
    assert_eq!(place.read("jeton-data/database-password"), "p@ss: %w");
    let mode = place.file("jeton-data/database-password").metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    for shown in [settings, server.printed(), server.startup_log().to_owned()] {
        assert!(!shown.contains("p@ss") && !shown.contains("p%40ss"), "{shown}");
    }
    assert_eq!(place.accounts().as_array().unwrap().len(), 1);
    server.kill();
    drop(Server::start(&place, &["dev"]));

    // Another URL without a password does not send the old one to another server.
    let other = new_database("without_password");
    drop(Server::start(&place, &["dev", "--database", &other]));
    let settings = place.read("jeton-data/jeton.toml");
    assert!(settings.contains(&other) && !settings.contains("password_file"), "{settings}");
    assert!(!place.file("jeton-data/database-password").exists());
}

#[test]
fn the_password_can_come_from_the_environment() {
    let place = Place::empty();
    new_database("from_environment");
    let create = "CREATE ROLE environment LOGIN PASSWORD 'known'; \
                  ALTER DATABASE from_environment OWNER TO environment";
    shared().execute("postgres", create).unwrap();
    let url = shared().url_of("environment", "from_environment");
    let mut command = place.command(["dev", "--listen", "127.0.0.1:0", "--database", &url]);
    command.env("JETON_DATABASE__PASSWORD", "known");
    let _server = Server::of(&place, command);
    assert!(!place.read("jeton-data/jeton.toml").contains("password"));
    assert!(!place.file("jeton-data/database-password").exists());
}

#[test]
fn a_database_that_cannot_be_used_does_not_replace_the_one_before() {
    let place = Place::empty();
    let url = new_database("before");
    Server::start(&place, &["dev", "--listen", "127.0.0.1:0", "--database", &url]).kill();
    let settings = place.read("jeton-data/jeton.toml");
    for (url, code, part) in [
        (shared().url("no_such_database"), 7, "no_such_database"),
        (shared().url_of("nobody:hunter2", "before"), 7, "before"),
        ("postgres://jeton:hunter2@db.invalid/jeton?sslmode=disable".to_owned(), 2, "--database permits"),
        ("postgres://jeton:hunter2@db.invalid:port/jeton".to_owned(), 2, "postgres://"),
        ("sqlite:jeton.db".to_owned(), 2, "--data-dir"),
        ("mysql://jeton:hunter2@db/jeton".to_owned(), 2, "--database is not"),
    ] {
        let line = place.run(["dev", "--database", &url]).refused(code);
        assert!(line.contains(part) && !line.contains("hunter2"), "{url}: {line}");
        assert_eq!(place.read("jeton-data/jeton.toml"), settings);
        assert!(!place.file("jeton-data/database-password").exists());
    }
}

#[test]
fn an_option_and_a_variable_for_the_same_value_are_refused_and_nothing_is_created() {
    let place = Place::empty();
    for (variable, url) in [
        ("JETON_DATABASE__URL", "postgres://jeton@db.invalid/jeton"),
        ("JETON_DATABASE__PASSWORD", "postgres://jeton:hunter2@db.invalid/jeton"),
        ("JETON_DATABASE__PASSWORD_FILE", "postgres://jeton:hunter2@db.invalid/jeton"),
    ] {
        let mut command = place.command(["dev", "--database", url]);
        command.env(variable, "hunter2");
        let line = crate::harness::Outcome::of(command, "").refused(2);
        assert!(line.contains(&format!("unset {variable}")) && !line.contains("hunter2"), "{line}");
    }
    assert!(!place.file("jeton-data").exists());
}
