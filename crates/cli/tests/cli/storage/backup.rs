//! `jeton backup`: a complete copy while a server runs, and no file after a failed backup.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::harness::{Outcome, Place, Server};

/// The sorted names of all files.
pub(crate) fn files(place: &Place, folder: &str) -> Vec<String> {
    let entries = fs::read_dir(place.file(folder)).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The first value of a query, run without Jeton.
pub(crate) fn query(place: &Place, database: &str, sql: &str) -> String {
    let script = format!(
        "import sqlite3\ndatabase = sqlite3.connect('file:{database}?mode=ro', uri=True)\n\
         print(database.execute(\"{sql}\").fetchone()[0])"
    );
    let mut python = Command::new("python3");
    python.args(["-c", &script]).current_dir(place.path()).stdout(std::process::Stdio::piped());
    Outcome::of(python, "").done().stdout.trim().to_owned()
}

#[test]
fn a_backup_of_a_running_server_is_one_private_file_with_every_acknowledged_change() {
    let (place, _) = Place::with_account();
    let server = Server::start(&place, &["serve"]);
    fs::create_dir(place.file("backups")).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut written = 0;
            while !done.load(Ordering::SeqCst) {
                written += 1;
                place.run(["tenant", "create", &format!("t{written}")]).done();
            }
            written
        });
        for number in 0..5 {
            let before = query(&place, "jeton-data/jeton.db", "SELECT count(*) FROM tenants");
            let file = format!("backups/{number}.db");
            let made = place.run(["backup", &file, "--format", "json"]).json();
            assert_eq!(made["file"], file);
            assert_eq!(made["bytes"], fs::metadata(place.file(&file)).unwrap().len());
            assert_eq!(fs::metadata(place.file(&file)).unwrap().permissions().mode() & 0o7777, 0o600);
            assert_eq!(query(&place, &file, "PRAGMA integrity_check"), "ok");
            let tenants = query(&place, &file, "SELECT count(*) FROM tenants");
            assert!(tenants.parse::<u64>().unwrap() >= before.parse().unwrap(), "{tenants} {before}");
            let audit =
                query(&place, &file, "SELECT count(*) FROM audit_records WHERE subject_kind = 'tenant'");
            // The first migration created `default`.
            assert_eq!(audit.parse::<u64>().unwrap() + 1, tenants.parse::<u64>().unwrap(), "torn");
        }
        done.store(true, Ordering::SeqCst);
        assert!(writer.join().unwrap() > 0);
    });
    server.kill();
    assert_eq!(files(&place, "backups"), ["0.db", "1.db", "2.db", "3.db", "4.db"]);
    let key = place.read("jeton-data/master.key");
    let backup = fs::read(place.file("backups/0.db")).unwrap();
    assert!(!backup.windows(43).any(|window| window == &key.trim().as_bytes()[6..49]));
}

#[test]
fn a_backup_can_be_opened_as_a_database() {
    let (place, _) = Place::with_account();
    place.run(["backup", "copy.db"]).done();
    let mut command = place.command(["account", "list", "--format", "json"]);
    command.env("JETON_DATABASE__URL", "sqlite:copy.db");
    command.env("JETON_KEYS__MASTER_KEY_FILE", "jeton-data/master.key");
    assert_eq!(Outcome::of(command, "").json(), place.accounts());
}

#[test]
fn a_backup_never_replaces_a_file_and_the_error_names_it() {
    let place = Place::with_resource();
    place.write("there.db", "a letter");
    let line = place.run(["backup", "there.db"]).refused(4);
    assert!(line.contains("there.db exists"), "{line}");
    assert_eq!(place.read("there.db"), "a letter");
    let line = place.run(["backup", "jeton-data/jeton.db"]).refused(4);
    assert!(line.contains("jeton.db exists"), "{line}");
    place.write("new.db.partial", "");
    let line = place.run(["backup", "new.db"]).refused(4);
    assert!(line.contains("new.db.partial") && line.contains("remove the file"), "{line}");
    let line = place.run(["backup", "missing/new.db"]).refused(1);
    assert!(line.contains("missing/new.db"), "{line}");
    assert!(!place.file("new.db").exists());
}

#[test]
fn a_backup_of_a_missing_database_creates_no_file() {
    let place = Place::configured();
    let line = place.run(["backup", "new.db"]).refused(1);
    assert!(line.contains("there is no database"), "{line}");
    assert_eq!(files(&place, "."), ["jeton.toml"]);
}

#[test]
fn a_second_signal_ends_a_backup_that_waits() {
    let place = Place::with_resource();
    let script = "import sqlite3, sys\ndatabase = sqlite3.connect('jeton-data/jeton.db')\n\
                  database.execute('PRAGMA locking_mode = EXCLUSIVE')\ndatabase.execute('BEGIN EXCLUSIVE')\n\
                  print('locked', flush=True)\nsys.stdin.read()";
    let mut python = Command::new("python3");
    python.args(["-c", script]).current_dir(place.path());
    let mut locker = python.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(locker.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let mut child = place.command(["backup", "new.db"]).spawn().unwrap();
    while !place.file("new.db.partial").exists() {
        assert!(child.try_wait().unwrap().is_none());
        std::thread::yield_now();
    }
    for _ in 0..2 {
        assert!(child.try_wait().unwrap().is_none());
        kill_process(Pid::from_child(&child), Signal::INT).unwrap();
        // Two signals that arrive at once count as one.
        std::thread::sleep(Duration::from_millis(300));
    }
    // Without the second one it waits for ten seconds, and ends with another code.
    assert_eq!(child.wait().unwrap().code(), Some(130));
    drop(locker.stdin.take());
    locker.wait().unwrap();
}

#[test]
fn a_large_backup_prints_progress_and_a_signal_leaves_no_file() {
    let place = Place::with_resource();
    let script = "import sqlite3\ndatabase = sqlite3.connect('jeton-data/jeton.db')\n\
                  database.execute('CREATE TABLE filler (bytes BLOB)')\n\
                  for _ in range(80): database.execute('INSERT INTO filler VALUES (zeroblob(1048576))')\n\
                  database.commit()";
    let mut python = Command::new("python3");
    python.args(["-c", script]).current_dir(place.path());
    assert!(python.status().unwrap().success());
    let said = place.run(["backup", "large.db"]).done().stderr;
    assert!(said.contains("50 % of 8") && said.contains("100 % of 8"), "{said}");
    let mut stopped = 0;
    for cycle in 0..9 {
        let mut child = place.command(["backup", "stopped.db"]).spawn().unwrap();
        while !place.file("stopped.db.partial").exists() && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        let signal = [Signal::TERM, Signal::INT, Signal::HUP][cycle % 3];
        // It may have ended already.
        let _ = kill_process(Pid::from_child(&child), signal);
        let code = child.wait().unwrap().code();
        if code == Some(1) {
            stopped += 1;
        } else {
            assert_eq!(code, Some(0));
            fs::remove_file(place.file("stopped.db")).unwrap();
        }
        assert!(files(&place, ".").iter().all(|name| !name.starts_with("stopped")));
    }
    assert!(stopped > 0);
}

#[test]
fn the_documented_commands_work_in_order() {
    let (place, _) = Place::with_account();
    let before = place.accounts();
    let blocks = include_str!("../../../../../docs/backup.md").split("```console\n").skip(1);
    let script: String = blocks.map(|block| block.split_once("```").unwrap().0).collect();
    assert!(script.contains("jeton backup") && script.contains("jeton restore"), "{script}");
    place.shell(&format!("set -e\n{script}")).done();
    assert_eq!(place.accounts(), before);
}
