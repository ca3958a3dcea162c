//! `jeton store copy` and `jeton store unfence`, with servers that go on serving.

use std::process::Child;
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

use crate::harness::{Outcome, Place, Server};
use crate::postgres;

const OLD: &str = "sqlite:jeton-data/jeton.db";
const NEW: &str = "sqlite:new.db";

fn post(place: &Place, server: &Server, path: &str, form: &str) -> (String, String) {
    let script = format!(
        "printf %s '{form}' | curl --silent --include --data @- {}/oauth/v1/{path}",
        server.public_url()
    );
    let answer = place.shell(&script).done().stdout;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_ascii_lowercase(), body.to_owned())
}

fn client(account: &Value) -> String {
    let text = |member: &str| account[member].as_str().unwrap();
    format!("client_id={}&client_secret={}", text("client_id"), text("client_secret"))
}

/// A token, which must be issued.
fn token(place: &Place, server: &Server, account: &Value) -> String {
    let form = format!("grant_type=client_credentials&{}", client(account));
    let (head, body) = post(place, server, "token", &form);
    assert!(head.starts_with("http/1.1 200"), "{head} {body}");
    let body: Value = serde_json::from_str(&body).unwrap();
    body["access_token"].as_str().unwrap().to_owned()
}

fn readiness(place: &Place, server: &Server) -> String {
    let script = format!("curl --silent --write-out '%{{http_code}}' {}/readyz", server.operations_url());
    place.shell(&script).done().stdout
}

/// The answer of `/readyz` once it is what is wanted.
fn wait_for_readiness(place: &Place, server: &Server, wanted: impl Fn(&str) -> bool) -> String {
    for _ in 0..300 {
        let answer = readiness(place, server);
        if wanted(&answer) {
            return answer;
        }
        sleep(Duration::from_millis(100));
    }
    panic!("{}", readiness(place, server))
}

fn on<'a>(place: &Place, url: &str, arguments: impl IntoIterator<Item = &'a str>) -> Outcome {
    let mut command = place.command(arguments);
    command.env("JETON_DATABASE__URL", url);
    Outcome::of(command, "")
}

#[test]
fn a_server_of_a_copied_database_issues_tokens_and_refuses_changes() {
    let place = Place::with_resource();
    let account = place.create_account("nightly", &["--scope", "read:me"]);
    let server = Server::start(&place, &["serve"]);
    let revoked = token(&place, &server, &account);
    let accounts = place.accounts();
    let copied = place.run(["store", "copy", "--from", OLD, "--to", NEW, "--format", "json"]).json();
    assert_eq!((&copied["from"], &copied["to"]), (&"jeton-data/jeton.db".into(), &"new.db".into()));
    assert!(copied["rows"].as_u64().unwrap() > 10 && copied["fenced_ms"].is_u64(), "{copied}");

    token(&place, &server, &account);
    let (head, body) = post(&place, &server, "revoke", &format!("token={revoked}&{}", client(&account)));
    assert!(head.starts_with("http/1.1 503") && head.contains("retry-after: "), "{head} {body}");
    let answer: Value = serde_json::from_str(&body).unwrap();
    let node = server.operations_url();
    let arguments = ["explain", answer["error_id"].as_str().unwrap(), "--node", &node, "--format", "json"];
    let explained = place.run(arguments).json();
    assert_eq!(explained["reason"], "store_fenced", "{explained}");
    let ready = wait_for_readiness(&place, &server, |answer| answer.contains("fenced: "));
    assert!(ready.starts_with("ready\n") && ready.ends_with("200"), "{ready}");
    assert!(ready.contains("new.db") && ready.contains("jeton store unfence"), "{ready}");
    let line = place.run(["account", "disable", "nightly"]).refused(7);
    assert!(line.contains("new.db") && line.contains("jeton store unfence"), "{line}");
    assert_eq!(place.accounts(), accounts);

    // The copy is complete and can be used.
    assert_eq!(on(&place, NEW, ["account", "list", "--format", "json"]).json(), accounts);
    assert!(on(&place, NEW, ["audit", "verify"]).done().stdout.contains("intact"));
    on(&place, NEW, ["account", "disable", "nightly"]).done();

    server.wait_for_log("the database refuses changes; tokens are still issued");
    let lifted = place.run(["store", "unfence", "--format", "json"]).json();
    assert_eq!((&lifted["unfenced"], &lifted["target"]), (&true.into(), &"new.db".into()));
    server.wait_for_log("the database accepts changes again");
    assert_eq!(readiness(&place, &server), "ready\n200");
    let (head, _) = post(&place, &server, "revoke", &format!("token={revoked}&{}", client(&account)));
    assert!(head.starts_with("http/1.1 200"), "{head}");
    place.run(["account", "disable", "nightly"]).done();
    assert_eq!(place.run(["store", "unfence", "--format", "json"]).json()["unfenced"], false);
    let (code, log) = server.stop();
    assert_eq!(code, 0, "{log}");
    assert!(!log.contains("writes to the database fail"), "{log}");
}

/// The window between the fence and the end of the copy is held open by a writer that does not commit.
#[test]
fn a_copy_that_is_killed_leaves_no_copy_and_a_fence_that_unfence_lifts() {
    let url = postgres::new_database("killed");
    let place = Place::with_resource();
    on(&place, &url, ["resource", "create", "https://api.example.com", "--scope", "read"]).done();
    let cluster = postgres::shared();
    let writer = cluster.hold("killed", "BEGIN; UPDATE tenants SET version = version").unwrap();
    let mut copy: Child = place.command(["store", "copy", "--from", &url, "--to", NEW]).spawn().unwrap();
    let is_fenced = || cluster.execute("killed", "SELECT count(*) FROM store_fence").unwrap() == "1";
    for _ in 0..600 {
        if is_fenced() {
            break;
        }
        sleep(Duration::from_millis(20));
    }
    assert!(is_fenced());
    copy.kill().unwrap();
    copy.wait().unwrap();
    drop(writer);
    assert!(!place.file("new.db").exists());
    let line = on(&place, &url, ["tenant", "create", "t"]).refused(7);
    assert!(line.contains("jeton store unfence"), "{line}");
    let line = place.run(["store", "copy", "--from", &url, "--to", NEW]).refused(4);
    assert!(line.contains("jeton store unfence"), "{line}");
    let done = place.run(["store", "unfence", &url]).done();
    assert!(done.stderr.contains("accepts changes again"), "{done:?}");
    on(&place, &url, ["tenant", "create", "t"]).done();
    // Over the unfinished file of the killed copy.
    place.run(["store", "copy", "--from", &url, "--to", NEW]).done();
    assert_eq!(crate::storage::backup::query(&place, "new.db", "SELECT count(*) FROM tenants"), "2");
}

#[test]
fn a_user_moves_to_postgresql_and_makes_a_portable_backup_of_it() {
    let url = postgres::new_database("moved");
    let (place, _) = Place::with_account();
    let accounts = place.accounts();
    let done = place.run(["store", "copy", "--to", &url]).done();
    for part in ["Copied ", "set [database] url", "jeton audit verify", "jeton store unfence"] {
        assert!(done.stderr.contains(part), "{part}: {done:?}");
    }
    assert_eq!(on(&place, &url, ["account", "list", "--format", "json"]).json(), accounts);
    on(&place, &url, ["backup", "backup.db"]).done();
    let line = on(&place, &url, ["restore", "backup.db"]).refused(4);
    assert!(line.contains("--force"), "{line}");
    let restored = on(&place, &url, ["restore", "--force", "backup.db", "--format", "json"]).json();
    assert_eq!((&restored["replaced"], restored["regions"].as_array().unwrap().len()), (&true.into(), 1));
    on(&place, "sqlite:restored.db", ["restore", "backup.db"]).done();
    for url in [&url, "sqlite:restored.db"] {
        assert_eq!(on(&place, url, ["account", "list", "--format", "json"]).json(), accounts, "{url}");
        on(&place, url, ["account", "disable", "nightly"]).done();
        assert!(on(&place, url, ["audit", "verify"]).done().stdout.contains("intact"));
        on(&place, url, ["account", "enable", "nightly"]).done();
    }
}

#[test]
fn a_copy_into_a_database_with_data_is_a_conflict_and_changes_neither() {
    let place = Place::with_resource();
    on(&place, NEW, ["resource", "create", "https://api.example.com", "--scope", "read"]).done();
    let line = place.run(["store", "copy", "--from", OLD, "--to", NEW]).refused(4);
    assert!(line.contains("new.db is not empty"), "{line}");
    let line = place.run(["store", "copy", "--from", OLD, "--to", OLD]).refused(4);
    assert!(line.contains("jeton.db is not empty"), "{line}");
    for url in [OLD, NEW] {
        on(&place, url, ["tenant", "create", "t"]).done();
    }
}

#[test]
fn urls_with_passwords_and_unprotected_connections_are_refused() {
    let place = Place::with_resource();
    for (url, says) in [
        ("postgres://jeton:canary@db.example.com/jeton", "PGPASSFILE"),
        ("postgres://db.example.com/jeton?password=canary", "PGPASSFILE"),
        ("postgres://db.example.com/jeton?sslmode=prefer", "allow_plaintext"),
        ("mysql://db.example.com/jeton", "not supported"),
    ] {
        for arguments in [vec!["store", "copy", "--to", url], vec!["store", "unfence", url]] {
            let line = place.run(arguments).refused(2);
            assert!(line.contains(says) && !line.contains("canary"), "{line}");
        }
    }
    place.write("password", "canary\n");
    let line = place.run(["store", "copy", "--to", NEW, "--to-password-file", "password"]).refused(2);
    assert!(line.contains("has no password"), "{line}");
}

#[test]
fn the_settings_of_a_connection_apply_to_the_target_of_a_copy_from_sqlite() {
    let place = Place::with_resource();
    place.write("ca.pem", "not a certificate");
    let to = |variable: &str, value: &str, url: &str| {
        let mut command = place.command(["store", "copy", "--to", url]);
        command.env(variable, value);
        Outcome::of(command, "")
    };
    let plaintext = "postgres://jeton@db.invalid/jeton?sslmode=disable";
    // The name does not exist, so the connection was tried.
    to("JETON_DATABASE__ALLOW_PLAINTEXT", "true", plaintext).refused(7);
    let line =
        to("JETON_DATABASE__ROOT_CERTIFICATE", "ca.pem", "postgres://jeton@db.invalid/jeton").refused(2);
    assert!(line.contains("ca.pem"), "{line}");
}
