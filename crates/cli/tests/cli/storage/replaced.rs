//! The database file is replaced or deleted while a server runs.

use std::fs;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

use crate::harness::{Place, Server};

#[test]
fn a_server_whose_file_was_replaced_is_not_ready_and_issues_no_token() {
    let (place, account) = fixture();
    let backup = place.file("backup.db");
    // Not a plain copy: a command may leave the newest changes in the log.
    place.run(["backup", "backup.db"]).done();
    let server = Server::start(&place, &["serve"]);
    assert_eq!(token(&place, &server, &account), "200");
    fs::rename(&backup, database(&place)).unwrap();
    for ending in ["-wal", "-shm"] {
        // A server that has not written yet may not have this file.
        let _ = fs::remove_file(beside(&place, ending));
    }
    let said = wait_until_not_ready(&place, &server);
    assert!(said.contains("jeton.db was replaced or deleted") && said.contains("restart"), "{said}");
    assert_eq!(token(&place, &server, &account), "503");

    // Other processes write to the new file, and its write-ahead log must stay when the server stops.
    place.create_account("other", &["--scope", "read:me"]);
    fs::write(beside(&place, "-wal"), "the new file's log").unwrap();
    let (code, log) = server.stop();
    assert_eq!(code, 0, "{log}");
    assert_eq!(log.matches("\"level\":\"ERROR\"").count(), 1, "{log}");
    assert!(log.contains("this node answers 503 until it is restarted"), "{log}");
    assert_eq!(fs::read_to_string(beside(&place, "-wal")).unwrap(), "the new file's log");
    fs::remove_file(beside(&place, "-wal")).unwrap();

    let server = Server::start(&place, &["serve"]);
    assert_eq!(token(&place, &server, &account), "200");
    assert!(place.run(["audit", "verify"]).done().stdout.contains("intact"));
}

#[test]
fn a_server_whose_file_was_deleted_is_not_ready_and_issues_no_token() {
    let (place, account) = fixture();
    let server = Server::start(&place, &["serve"]);
    assert_eq!(token(&place, &server, &account), "200");
    fs::remove_file(database(&place)).unwrap();
    let said = wait_until_not_ready(&place, &server);
    assert!(said.contains("jeton.db was replaced or deleted"), "{said}");
    assert_eq!(token(&place, &server, &account), "503");
    let (code, log) = server.stop();
    assert_eq!(code, 0, "{log}");
    assert!(!database(&place).exists());
}

fn fixture() -> (Place, Value) {
    let place = Place::with_resource();
    let account = place.create_account("nightly", &["--scope", "read:me"]);
    (place, account)
}

/// The body and status of `/readyz` once it is 503.
fn wait_until_not_ready(place: &Place, server: &Server) -> String {
    let script = format!("curl --silent --write-out ' %{{http_code}}' {}/readyz", server.operations_url());
    for _ in 0..200 {
        let answer = place.shell(&script).done().stdout;
        if answer.ends_with(" 503") {
            return answer;
        }
        sleep(Duration::from_millis(100));
    }
    panic!("it stayed ready: {}", server.startup_log());
}

/// The status of a token request.
fn token(place: &Place, server: &Server, account: &Value) -> String {
    let text = |member: &str| account[member].as_str().unwrap();
    let (id, secret) = (text("client_id"), text("client_secret"));
    let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    let script = format!(
        "printf %s '{form}' | curl --silent --output body --data @- --write-out '%{{http_code}}' {}/oauth/v1/token",
        server.public_url()
    );
    place.shell(&script).done().stdout
}

fn database(place: &Place) -> PathBuf {
    place.file("jeton-data/jeton.db")
}

fn beside(place: &Place, ending: &str) -> PathBuf {
    place.file(&format!("jeton-data/jeton.db{ending}"))
}
