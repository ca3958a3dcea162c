//! `jeton config check` accepts what `jeton serve` accepts, and reports the same errors.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::harness::{Outcome, Place, Server};

const KEY: &str = "jeton-data/master.key";
const DATABASE: &str = "jeton-data/jeton.db";

/// A fault of a store that was used before.
struct Fault {
    name: &'static str,
    exit_code: i32,
    variables: &'static [(&'static str, &'static str)],
    make: fn(&Place),
    /// A part of the error line.
    says: &'static str,
}

const FAULTS: [Fault; 23] = [
    Fault {
        name: "an unknown key",
        exit_code: 2,
        variables: &[("JETON_LISTEN__PUBLICK", "127.0.0.1:1")],
        make: |_| {},
        says: "JETON_LISTEN__PUBLICK is not a known key",
    },
    Fault {
        name: "a missing certificate",
        exit_code: 2,
        variables: TLS,
        make: |place| fs::remove_file(place.file("cert.pem")).unwrap(),
        says: "cert.pem",
    },
    Fault {
        name: "an invalid certificate",
        exit_code: 2,
        variables: TLS,
        make: |place| place.write("cert.pem", "garbage"),
        says: "cert.pem",
    },
    Fault {
        name: "a missing TLS key",
        exit_code: 2,
        variables: TLS,
        make: |place| fs::remove_file(place.file("key.pem")).unwrap(),
        says: "key.pem",
    },
    Fault {
        name: "an invalid TLS key",
        exit_code: 2,
        variables: TLS,
        make: |place| place.write("key.pem", "garbage"),
        says: "key.pem",
    },
    Fault {
        name: "the key of another certificate",
        exit_code: 2,
        variables: TLS,
        make: |place| place.write("key.pem", &certificate().1),
        says: "key.pem",
    },
    Fault {
        name: "an invalid master key in the environment",
        exit_code: 2,
        variables: &[("JETON_KEYS__MASTER_KEY", "garbage")],
        make: |_| {},
        says: "JETON_KEYS__MASTER_KEY",
    },
    Fault {
        name: "a master key file without a key",
        exit_code: 2,
        variables: &[],
        make: |place| place.write(KEY, "garbage"),
        says: KEY,
    },
    Fault {
        name: "a master key that others may read",
        exit_code: 2,
        variables: &[],
        make: |place| set_mode(&place.file(KEY), 0o644),
        says: KEY,
    },
    Fault {
        name: "another master key",
        exit_code: 2,
        variables: &[],
        make: |place| place.write(KEY, &format!("jtnmk_{}", "A".repeat(43))),
        says: "replace it with the right one",
    },
    Fault {
        name: "a missing master key",
        exit_code: 2,
        variables: &[],
        make: |place| fs::remove_file(place.file(KEY)).unwrap(),
        says: KEY,
    },
    Fault {
        name: "a new master key without a folder",
        exit_code: 2,
        variables: &[
            ("JETON_DATABASE__URL", "sqlite:new/jeton.db"),
            ("JETON_KEYS__MASTER_KEY_FILE", "nowhere/master.key"),
        ],
        make: |_| {},
        says: "nowhere",
    },
    Fault {
        name: "a database of another program",
        exit_code: 2,
        variables: &[],
        make: |place| place.write(DATABASE, "Dear Sir or Madam"),
        says: "not a Jeton database",
    },
    Fault {
        name: "a parameter of a database URL that is not supported",
        exit_code: 2,
        variables: &[("JETON_DATABASE__URL", "postgres://jeton:hunter2@db/jeton?target_session_attrs=any")],
        make: |_| {},
        says: "target_session_attrs",
    },
    Fault {
        name: "a database server that is away",
        exit_code: 7,
        variables: &[("JETON_DATABASE__URL", "postgres://jeton:hunter2@127.0.0.1:1/jeton")],
        make: |_| {},
        says: "postgres://127.0.0.1:1/jeton",
    },
    Fault {
        name: PLAINTEXT,
        exit_code: 2,
        variables: &[("JETON_DATABASE__URL", "postgres://jeton:hunter2@db.example.com/jeton?sslmode=prefer")],
        make: |_| {},
        says: "JETON_DATABASE__URL permits an unencrypted connection",
    },
    Fault {
        name: "a missing password file",
        exit_code: 2,
        variables: &[POSTGRES, ("JETON_DATABASE__PASSWORD_FILE", "password")],
        make: |_| {},
        says: "password",
    },
    Fault {
        name: "a password file that others may read",
        exit_code: 2,
        variables: &[POSTGRES, ("JETON_DATABASE__PASSWORD_FILE", "password")],
        make: |place| {
            place.write("password", "hunter2");
            set_mode(&place.file("password"), 0o644);
        },
        says: "[database] password_file",
    },
    Fault {
        name: "a root certificate that is none",
        exit_code: 2,
        variables: &[POSTGRES, ("JETON_DATABASE__ROOT_CERTIFICATE", "key.pem")],
        make: |_| {},
        says: "[database] root_certificate",
    },
    Fault {
        name: "a database in memory",
        exit_code: 2,
        variables: &[("JETON_DATABASE__URL", "sqlite::memory:")],
        make: |_| {},
        says: "in-memory database",
    },
    Fault {
        name: "a file where the database's folder should be",
        exit_code: 7,
        variables: &[("JETON_DATABASE__URL", "sqlite:jeton.toml/jeton.db")],
        make: |_| {},
        says: "jeton.toml/jeton.db",
    },
    Fault {
        name: "a folder where the database should be",
        exit_code: 2,
        variables: &[("JETON_DATABASE__URL", "sqlite:jeton-data")],
        make: |_| {},
        says: "jeton-data",
    },
    Fault {
        name: "a damaged database",
        exit_code: 1,
        variables: &[],
        make: |place| {
            let mut bytes = fs::read(place.file(DATABASE)).unwrap();
            bytes[100..].fill(0xff);
            fs::write(place.file(DATABASE), bytes).unwrap();
        },
        says: "damaged",
    },
];

const PLAINTEXT: &str = "a database in plaintext on another machine";

const POSTGRES: (&str, &str) = ("JETON_DATABASE__URL", "postgres://jeton@127.0.0.1:1/jeton");

const TLS: &[(&str, &str)] =
    &[("JETON_LISTEN__TLS__CERT_FILE", "cert.pem"), ("JETON_LISTEN__TLS__KEY_FILE", "key.pem")];

#[test]
fn each_fault_has_the_same_line_and_exit_code_in_config_check_and_in_serve() {
    for fault in FAULTS {
        let place = used();
        (fault.make)(&place);
        let before = contents(&place);
        let run = |words: &str| {
            let mut command = place.command(words.split(' '));
            command.envs(fault.variables.iter().copied());
            Outcome::of(command, "")
        };
        // This check runs first, because `serve` would run forever if it missed the fault.
        let checked = run("config check");
        assert_eq!(checked.code, fault.exit_code, "{}: {checked:?}", fault.name);
        let line = checked.stderr.strip_prefix("error: ").unwrap_or_else(|| panic!("{checked:?}")).trim_end();
        assert!(line.contains(fault.says) && !line.contains("hunter2"), "{}: {line}", fault.name);
        assert_eq!(run("serve").refused(fault.exit_code), line, "{}", fault.name);
        assert_eq!(contents(&place), before, "{}", fault.name);
        let faults = run("config check --format json").stdout;
        // Without a valid configuration there is nothing to show.
        if !["an unknown key", PLAINTEXT].contains(&fault.name) {
            let faults: Value = serde_json::from_str(&faults).unwrap();
            assert_eq!(faults["faults"], serde_json::json!([line]), "{}", fault.name);
        }
    }
}

#[test]
fn files_and_folders_without_permission_are_reported_alike() {
    for (path, mode, exit_code, variables) in [
        (KEY, 0o000, 2, None),
        ("locked", 0o555, 7, Some(("JETON_DATABASE__URL", "sqlite:locked/new/jeton.db"))),
        ("locked", 0o555, 2, Some(("JETON_KEYS__MASTER_KEY_FILE", "locked/master.key"))),
    ] {
        let place = Place::configured();
        fs::create_dir(place.file("locked")).unwrap();
        if path == KEY {
            place.run(["tenant", "create", "customer"]).done();
        }
        let owner = give_away(place.path());
        set_mode(&place.file(path), mode);
        let before = contents(&place);
        let run = |words: &str| {
            let mut command = place.command(words.split(' '));
            command.envs(variables);
            as_user(&mut command, owner);
            Outcome::of(command, "")
        };
        let checked = run("config check");
        assert_eq!(checked.code, exit_code, "{checked:?}");
        let line = checked.stderr.strip_prefix("error: ").unwrap().trim_end();
        assert_eq!(run("serve").refused_after_messages(exit_code), line);
        assert_eq!(contents(&place), before);
    }
}

#[test]
fn every_fault_is_printed_and_the_first_decides_the_exit_code() {
    let place = used();
    place.write(KEY, "garbage");
    place.write(DATABASE, "Dear Sir or Madam");
    place.write("cert.pem", "garbage");
    let mut command = place.command(["config", "check"]);
    command.envs(TLS.iter().copied());
    let outcome = Outcome::of(command, "");
    let lines: Vec<&str> = outcome.stderr.lines().collect();
    let says = ["cert.pem", DATABASE, KEY];
    assert_eq!((outcome.code, lines.len()), (2, 3), "{outcome:?}");
    for (line, says) in lines.iter().zip(says) {
        assert!(line.starts_with("error: ") && line.contains(says), "{line}");
    }
    assert!(outcome.stdout.contains("Faults:              3\n"), "{}", outcome.stdout);
}

#[test]
fn the_files_of_a_first_start_are_listed_and_not_created() {
    let place = Place::configured();
    let before = contents(&place);
    let checked = place.run(["config", "check"]).done().stdout;
    assert!(checked.contains("there is no database jeton-data/jeton.db yet"), "{checked}");
    assert!(checked.contains("there is no master key file jeton-data/master.key yet"), "{checked}");
    assert!(checked.contains("Faults:              none\n"), "{checked}");
    assert_eq!(contents(&place), before);
    let json = place.run(["config", "check", "--format", "json"]).json();
    assert_eq!((json["notes"].as_array().unwrap().len(), &json["faults"]), (2, &serde_json::json!([])));
    let (code, said) = Server::start(&place, &["serve"]).stop();
    assert_eq!(code, 0, "{said}");
    let json = place.run(["config", "check", "--format", "json"]).json();
    assert_eq!((&json["notes"], &json["faults"]), (&serde_json::json!([]), &serde_json::json!([])));
}

#[test]
fn a_region_that_is_new_in_a_store_is_not_added() {
    let place = used();
    let before = contents(&place);
    let json = place.run(["config", "check", "--region", "eu", "--format", "json"]).json();
    assert_eq!((&json["notes"], &json["faults"]), (&serde_json::json!([]), &serde_json::json!([])));
    assert_eq!(contents(&place), before);
}

#[test]
fn a_running_server_is_not_a_fault() {
    let place = used();
    let server = Server::start(&place, &["serve"]);
    let address = server.public_url().replace("http://", "");
    let mut command = place.command(["config", "check"]);
    command.env("JETON_LISTEN__PUBLIC", address);
    Outcome::of(command, "").done();
}

/// A folder with an existing store and keys, and a certificate beside them.
fn used() -> Place {
    let place = Place::configured();
    let (code, said) = Server::start(&place, &["serve"]).stop();
    assert_eq!(code, 0, "{said}");
    let (certificate, key) = certificate();
    place.write("cert.pem", &certificate);
    place.write("key.pem", &key);
    set_mode(&place.file("key.pem"), 0o600);
    place
}

fn certificate() -> (String, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    (made.cert.pem(), made.signing_key.serialize_pem())
}

/// Every file except the two that SQLite creates for each reader.
fn contents(place: &Place) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![place.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            let is_shared = ["db-wal", "db-shm"].iter().any(|end| path.to_str().unwrap().ends_with(end));
            if path.is_dir() {
                folders.push(path);
            } else if !is_shared {
                let bytes = fs::read(&path).unwrap_or_default();
                found.insert(path, bytes);
            }
        }
    }
    found
}

/// Root ignores permissions, so give the files to another user. Returns that user.
fn give_away(folder: &Path) -> Option<u32> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let mut paths = vec![folder.to_owned()];
    while let Some(path) = paths.pop() {
        std::os::unix::fs::chown(&path, Some(USER), Some(USER)).unwrap();
        if path.is_dir() {
            paths.extend(path.read_dir().unwrap().map(|entry| entry.unwrap().path()));
        }
    }
    Some(USER)
}

fn as_user(command: &mut Command, user: Option<u32>) {
    if let Some(user) = user {
        command.uid(user).gid(user);
    }
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// By convention, the user `nobody`.
const USER: u32 = 65_534;
