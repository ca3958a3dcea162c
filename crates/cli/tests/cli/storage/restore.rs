//! `jeton restore`: the result is the old store or the new one, never a mix, and no revoked token works again.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::time::Duration;

use reqwest::Client;
use serde_json::Value;

use super::backup::{files, query};
use crate::harness::{Place, Server};

fn by_hand(place: &Place, database: &str, sql: &str) {
    let script = format!(
        "import sqlite3\ndatabase = sqlite3.connect('{database}')\ndatabase.executescript(\"\"\"{sql}\"\"\")"
    );
    let mut python = Command::new("python3");
    python.args(["-c", &script]).current_dir(place.path());
    assert!(python.status().unwrap().success());
}

async fn post(server: &Server, endpoint: &str, form: &[(&str, &str)]) -> Value {
    let http = Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().unwrap();
    let url = format!("{}/oauth/v1/{endpoint}", server.public_url());
    let body = http.post(url).form(form).send().await.unwrap().bytes().await.unwrap();
    serde_json::from_slice(&body).unwrap_or_default()
}

#[test]
fn a_round_trip_restores_the_accounts_and_is_recorded() {
    let (place, _) = Place::with_account();
    let before = place.accounts();
    place.run(["backup", "backup.db"]).done();
    place.run(["account", "delete", "nightly", "--yes"]).done();
    let line = place.run(["restore", "backup.db"]).refused(4);
    assert!(line.contains("--force"), "{line}");
    let said = place.run(["restore", "backup.db", "--force"]).done().stderr;
    assert!(said.contains("All tokens of all regions are revoked"), "{said}");
    assert_eq!(place.accounts(), before);
    let records = place.run(["audit", "list", "--action", "restore", "--format", "json"]).json();
    assert_eq!(records[0]["subject_id"], "us");
    assert!(records[0]["actor"].as_str().unwrap().starts_with("cli:"), "{records}");
    assert!(place.run(["audit", "verify"]).done().stdout.contains("intact"));
    // A restore without an existing database needs no --force.
    fs::remove_file(place.file("jeton-data/jeton.db")).unwrap();
    let restored = place.run(["restore", "backup.db", "--format", "json"]).json();
    assert_eq!((&restored["replaced"], &restored["tokens_revoked"]), (&false.into(), &true.into()));
    assert_eq!(place.accounts(), before);
    let left = files(&place, "jeton-data");
    assert!(left.iter().all(|name| !name.contains("restore")), "{left:?}");
    let mode = fs::metadata(place.file("jeton-data/jeton.db")).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o600);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_from_before_are_inactive_unless_they_are_kept() {
    let (place, secret) = Place::with_account();
    let client_id = place.accounts()[0]["client_id"].as_str().unwrap().to_owned();
    let credentials = [("client_id", client_id.as_str()), ("client_secret", secret.as_str())];
    let grant = [&credentials[..], &[("grant_type", "client_credentials")]].concat();
    let server = Server::start(&place, &["serve"]);
    let token = post(&server, "token", &grant).await["access_token"].as_str().unwrap().to_owned();
    server.kill();
    place.run(["backup", "backup.db"]).done();
    // The epoch of the replaced store matters too: tokens were issued with it.
    place.run(["region", "revoke-tokens", "--yes"]).done();
    let question = [&credentials[..], &[("token", token.as_str())]].concat();
    for (arguments, is_active) in [(&["--keep-tokens"][..], true), (&[], false)] {
        place.run([&["restore", "--force", "backup.db"], arguments].concat()).done();
        let server = Server::start(&place, &["serve"]);
        assert_eq!(post(&server, "introspect", &question).await["active"], is_active, "{arguments:?}");
        let new = post(&server, "token", &grant).await["access_token"].as_str().unwrap().to_owned();
        let question = [&credentials[..], &[("token", new.as_str())]].concat();
        assert_eq!(post(&server, "introspect", &question).await["active"], true);
        server.kill();
    }
}

#[test]
fn the_epochs_are_above_those_of_the_backup_and_of_the_replaced_store() {
    let place = Place::with_resource();
    place.run(["tenant", "list", "--region", "eu"]).done();
    place.run(["backup", "backup.db"]).done();
    by_hand(&place, "jeton-data/jeton.db", "UPDATE regions SET epoch = 99999999999 WHERE name = 'us'");
    by_hand(&place, "backup.db", "UPDATE regions SET epoch = 88888888888 WHERE name = 'eu'");
    let restored = place.run(["restore", "backup.db", "--force", "--format", "json"]).json();
    let epochs: Vec<_> =
        restored["regions"].as_array().unwrap().iter().map(|region| &region["epoch"]).collect();
    assert_eq!(epochs, [88_888_888_889_u64, 100_000_000_000]);
}

#[test]
fn a_restore_is_refused_while_a_server_or_another_program_uses_the_database() {
    let place = Place::with_resource();
    place.run(["backup", "backup.db"]).done();
    let server = Server::start(&place, &["serve"]);
    let line = place.run(["restore", "backup.db", "--force"]).refused(4);
    assert!(line.contains("in use") && line.contains("stop the servers"), "{line}");
    server.kill();
    // A server of an earlier version does not hold Jeton's lock.
    let script = "import sqlite3, sys\ndatabase = sqlite3.connect('jeton-data/jeton.db')\n\
                  database.execute('SELECT count(*) FROM tenants').fetchall()\nprint('open', flush=True)\n\
                  sys.stdin.read()";
    let mut python = Command::new("python3");
    python.args(["-c", script]).current_dir(place.path());
    python.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut other = python.spawn().unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(other.stdout.take().unwrap()), &mut line)
        .unwrap();
    let line = place.run(["restore", "backup.db", "--force"]).refused(4);
    assert!(line.contains("in use"), "{line}");
    drop(other.stdin.take());
    other.wait().unwrap();
    place.run(["restore", "backup.db", "--force"]).done();
    assert!(!files(&place, "jeton-data").iter().any(|name| name.contains("restore")));
}

#[test]
fn an_invalid_backup_is_refused_with_one_line() {
    let (place, _) = Place::with_account();
    let before = place.accounts();
    let line = place.run(["restore", "missing.db", "--force"]).refused(3);
    assert!(line.contains("missing.db"), "{line}");
    place.write("letter.db", "a letter");
    by_hand(&place, "other.db", "CREATE TABLE accounts (name TEXT)");
    place.run(["backup", "newer.db"]).done();
    by_hand(
        &place,
        "newer.db",
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'later', 1, x'00', 0)",
    );
    place.run(["backup", "damaged.db"]).done();
    let mut damaged = fs::read(place.file("damaged.db")).unwrap();
    let end = damaged.len();
    damaged[4096..end].fill(0x55);
    place.write_bytes("damaged.db", &damaged);
    place.write_bytes("cut.db", &fs::read(place.file("newer.db")).unwrap()[..8192]);
    for (file, says) in [
        ("letter.db", "not a Jeton database"),
        ("other.db", "not a Jeton database"),
        ("newer.db", "newer Jeton"),
        ("damaged.db", "damaged.db"),
        ("cut.db", "cut.db"),
    ] {
        let line = place.run(["restore", file, "--force"]).refused(1);
        assert!(line.contains(file) && line.contains(says), "{line}");
        assert_eq!(place.accounts(), before, "{file}");
    }
    assert!(!files(&place, "jeton-data").iter().any(|name| name.contains("restore")));
}

#[test]
fn a_damaged_database_and_a_log_without_one_are_replaced() {
    let (place, _) = Place::with_account();
    let before = place.accounts();
    place.run(["backup", "backup.db"]).done();
    let mut damaged = fs::read(place.file("jeton-data/jeton.db")).unwrap();
    let end = damaged.len();
    damaged[100..end].fill(0x55);
    place.write_bytes("jeton-data/jeton.db", &damaged);
    place.run(["restore", "backup.db", "--force"]).done();
    assert_eq!(place.accounts(), before);
    fs::remove_file(place.file("jeton-data/jeton.db")).unwrap();
    place.write("jeton-data/jeton.db-wal", "the log of another database");
    place.run(["restore", "backup.db"]).done();
    assert_eq!(place.accounts(), before);
}

#[test]
fn a_kill_at_any_moment_leaves_the_old_store_or_the_new_one() {
    // Two unrelated stores: any mix is a damaged database.
    let (place, other) = (Place::with_resource(), Place::with_resource());
    for (place, name, count) in [(&place, "old", 40), (&other, "new", 60)] {
        let values: Vec<String> =
            (0..count).map(|number| format!("('{name}{number}', 1, 1, 0, 0, 1)")).collect();
        let sql = format!(
            "INSERT INTO tenants (name, enabled, accounts_allowed, epoch, created_at, version) VALUES {}",
            values.join(", ")
        );
        by_hand(place, "jeton-data/jeton.db", &sql);
    }
    let backup = place.file("backup.db");
    place.run(["backup", "old.db"]).done();
    other.run(["backup", backup.to_str().unwrap()]).done();
    let (mut old, mut new) = (0, 0);
    for cycle in 0..40_u64 {
        place.run(["restore", "--force", "old.db"]).done();
        // A change that is in the write-ahead log and not in the file yet.
        place.run(["tenant", "create", "in-the-log"]).done();
        let mut child = place.command(["restore", "--force", "backup.db"]).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(cycle * 2_500));
        child.kill().unwrap();
        child.wait().unwrap();
        let database = "jeton-data/jeton.db";
        assert_eq!(query(&place, database, "PRAGMA integrity_check"), "ok", "{cycle}");
        let count = |what: &str| {
            query(&place, database, &format!("SELECT count(*) FROM tenants WHERE name LIKE '{what}'"))
        };
        match (count("old%").as_str(), count("new%").as_str(), count("in-the-log").as_str()) {
            ("40", "0", "1") => old += 1,
            ("0", "60", "0") => new += 1,
            mixed => panic!("{cycle}: {mixed:?}"),
        }
    }
    // Otherwise the kills came too late or too early to test anything.
    assert!(old > 0 && new > 0, "{old} {new}");
    place.run(["restore", "--force", "old.db"]).done();
    assert!(!files(&place, "jeton-data").iter().any(|name| name.contains("restore")));
}
