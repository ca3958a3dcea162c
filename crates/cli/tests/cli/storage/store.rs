//! A store or a master key that cannot be used: the error has the reason and the fix, and nothing is changed.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;

use crate::harness::Place;

const KEY: &str = "jeton-data/master.key";

#[test]
fn a_new_store_creates_its_master_key_and_reports_it_once() {
    let place = Place::configured();
    let first = place.run(["tenant", "create", "customer"]).done();
    assert!(first.stderr.contains("Created the master key: jeton-data/master.key"), "{first:?}");
    assert_eq!(place.run(["tenant", "list"]).done().stderr, "");
}

#[test]
fn a_command_that_only_reads_names_a_missing_database_and_does_not_create_it() {
    let place = Place::configured();
    for command in
        [&["account", "list"][..], &["tenant", "list"], &["key", "list"], &["secret", "list", "nightly"]]
    {
        let line = place.run(command).refused(1);
        assert!(line.contains("there is no database") && line.contains("jeton-data/jeton.db"), "{line}");
    }
    assert!(!place.file("jeton-data").exists());
}

#[test]
fn a_wrong_master_key_fails_every_command_and_the_error_names_the_file() {
    let place = Place::configured();
    place.run(["tenant", "create", "customer"]).done();
    place.write(KEY, &format!("jtnmk_{}\n", "A".repeat(43)));
    for command in [&["tenant", "list"][..], &["serve"], &["account", "list"]] {
        let line = place.run(command).refused(2);
        assert!(line.contains(KEY) && line.contains("replace it with the right one"), "{line}");
    }
}

#[test]
fn a_missing_master_key_of_a_store_with_keys_is_not_created_again() {
    let place = Place::configured();
    place.run(["tenant", "create", "customer"]).done();
    fs::remove_file(place.file(KEY)).unwrap();
    for command in [&["tenant", "list"][..], &["serve"]] {
        let line = place.run(command).refused(2);
        assert!(line.contains(KEY) && line.contains("missing"), "{line}");
    }
    assert!(!place.file(KEY).exists());
}

#[test]
fn a_master_key_that_others_may_read_is_refused() {
    let place = Place::configured();
    place.run(["tenant", "create", "customer"]).done();
    fs::set_permissions(place.file(KEY), Permissions::from_mode(0o644)).unwrap();
    assert!(place.run(["tenant", "list"]).refused(2).contains("chmod 600"));
}

#[test]
fn a_master_key_from_the_environment_overrides_the_file() {
    let place = Place::configured();
    place.run(["tenant", "create", "customer"]).done();
    let mut command = place.command(["tenant", "list"]);
    command.env("JETON_KEYS__MASTER_KEY", format!("jtnmk_{}", "A".repeat(43)));
    let line = crate::harness::Outcome::of(command, "").refused(2);
    assert!(line.contains("JETON_KEYS__MASTER_KEY") && !line.contains("jtnmk_"), "{line}");
}

#[test]
fn a_file_of_another_program_is_not_changed() {
    let place = Place::configured();
    fs::create_dir(place.file("jeton-data")).unwrap();
    place.write("jeton-data/jeton.db", "Dear Sir or Madam");
    for command in [&["tenant", "list"][..], &["migrate"], &["serve"]] {
        let line = place.run(command).refused(2);
        assert!(line.contains("jeton.db"), "{line}");
    }
    assert_eq!(place.read("jeton-data/jeton.db"), "Dear Sir or Madam");
}

#[test]
fn a_database_that_cannot_be_reached_is_exit_code_7() {
    let place = Place::configured();
    place.write("jeton-data", "a file where a folder should be");
    for command in [&["tenant", "list"][..], &["migrate"], &["serve"]] {
        let line = place.run(command).refused(7);
        assert!(line.contains("jeton.db"), "{line}");
    }
}

#[test]
fn a_database_of_another_kind_is_a_usage_error() {
    let place = Place::configured();
    let mut command = place.command(["tenant", "list"]);
    command.env("JETON_DATABASE__URL", "mysql://root:hunter2@db/jeton");
    let line = crate::harness::Outcome::of(command, "").refused(2);
    assert!(line.contains("JETON_DATABASE__URL") && !line.contains("hunter2"), "{line}");
}

#[test]
fn migrate_lists_what_it_applied_and_then_reports_no_pending_migrations() {
    let place = Place::configured();
    let applied = place.run(["migrate", "--format", "json"]).json();
    assert!(!applied["applied"].as_array().unwrap().is_empty());
    assert_eq!(place.run(["migrate"]).done().stdout, "no pending migrations\n");
    assert_eq!(place.run(["migrate", "--format", "json"]).json(), serde_json::json!({ "applied": [] }));
}

#[test]
fn serve_without_migrations_refuses_a_store_that_needs_one() {
    let place = Place::configured();
    let line = place.run(["serve", "--no-migrate"]);
    assert_ne!(line.code, 0, "{line:?}");
    assert!(!place.file("jeton-data/jeton.db").exists());
}
