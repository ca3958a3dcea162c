//! `jeton key …`: listing, rotating, revoking and re-encrypting keys.

use serde_json::Value;

use crate::harness::{Place, Server};

fn keys(place: &Place, arguments: &[&str]) -> Vec<Value> {
    let listed = place.run([&["key", "list", "--format", "json"], arguments].concat()).json();
    listed.as_array().unwrap().clone()
}

fn the<'a>(keys: &'a [Value], algorithm: &str, state: &str) -> &'a Value {
    let mut found = keys.iter().filter(|key| key["algorithm"] == algorithm && key["state"] == state);
    found.next().unwrap_or_else(|| panic!("no {state} {algorithm} key in {keys:?}"))
}

fn started() -> Place {
    let (place, _) = Place::with_account();
    Server::start(&place, &["serve"]).kill();
    place
}

#[test]
fn a_server_creates_the_keys_and_the_list_shows_their_states() {
    let place = started();
    let keys = keys(&place, &[]);
    assert_eq!(keys.len(), 4);
    let signing = the(&keys, "ES256", "active");
    assert_eq!((&signing["purpose"], signing["kid"].as_str().unwrap().len()), (&Value::from("signing"), 43));
    assert!(signing["activated_at"].is_string() && signing["retired_at"].is_null());
    the(&keys, "ES256", "published");
    assert_eq!(the(&keys, "AES-256-GCM-SIV", "active")["purpose"], "sealing");
    let table = place.run(["key", "list"]).done().stdout;
    assert!(table.starts_with("KID") && table.contains("published"), "{table}");
    assert!(table.lines().all(|line| line.len() < 200), "{table}");
}

#[test]
fn a_rotation_that_is_too_early_changes_nothing_and_says_when_to_retry() {
    let place = started();
    let before = keys(&place, &["--all"]);
    let line = place.run(["key", "rotate"]).refused(4);
    assert!(line.contains("not known to every verifier before 20") && line.contains("--force"), "{line}");
    let line = place.run(["key", "rotate", "--kind", "ES256"]).refused(4);
    assert!(line.contains("ES256"), "{line}");
    assert_eq!(keys(&place, &["--all"]), before);
    assert!(place.run(["key", "rotate", "--kind", "HS256"]).refused(2).contains("sealing"));
}

#[test]
fn a_forced_rotation_activates_the_next_key_and_keeps_the_old_one() {
    let place = started();
    let before = keys(&place, &[]);
    let written = place.run(["key", "rotate", "--kind", "ES256", "--force", "--format", "json"]).json();
    assert_eq!(written.as_array().unwrap().len(), 3);
    let after = keys(&place, &[]);
    assert_eq!(the(&after, "ES256", "retiring")["kid"], the(&before, "ES256", "active")["kid"]);
    assert_eq!(the(&after, "ES256", "active")["kid"], the(&before, "ES256", "published")["kid"]);
    the(&after, "ES256", "published");
    assert_eq!(the(&after, "AES-256-GCM-SIV", "active"), the(&before, "AES-256-GCM-SIV", "active"));
}

#[test]
fn a_kind_that_no_resource_uses_is_not_rotated_and_gets_no_key() {
    let place = started();
    for force in [&[][..], &["--force"]] {
        let line = place.run([&["key", "rotate", "--kind", "RS256"], force].concat()).refused(3);
        assert!(line.contains("no resource of this region uses RS256"), "{line}");
    }
    assert!(keys(&place, &["--all"]).iter().all(|key| key["algorithm"] != "RS256"));
}

/// Runs commands in several processes at once and kills one of them.
#[test]
fn concurrent_and_killed_rotations_leave_exactly_one_active_key() {
    let place = started();
    for round in 0..10_u64 {
        let rotate = || place.command(["key", "rotate", "--kind", "ES256", "--force"]).spawn().unwrap();
        let mut commands = [rotate(), rotate(), rotate()];
        // From zero to more than they need: the time of the kill is part of the test; this sleep waits for no
        // condition.
        std::thread::sleep(std::time::Duration::from_millis(round * 6));
        // It may have ended already.
        let _ = commands[0].kill();
        for command in &mut commands {
            command.wait().unwrap();
        }
        let keys = keys(&place, &[]);
        let count =
            |state| keys.iter().filter(|key| key["algorithm"] == "ES256" && key["state"] == state).count();
        assert_eq!((count("active"), count("published")), (1, 1), "round {round}: {keys:?}");
    }
    place.run(["audit", "verify"]).done();
}

#[test]
fn a_store_that_no_server_has_used_gets_its_first_keys_from_a_rotation() {
    let (place, _) = Place::with_account();
    assert!(keys(&place, &[]).is_empty());
    place.run(["key", "rotate"]).refused(4);
    the(&keys(&place, &[]), "ES256", "active");
}

#[test]
fn a_revoked_key_is_listed_only_on_request_and_an_unknown_one_is_not_found() {
    let place = started();
    let active = the(&keys(&place, &[]), "ES256", "active")["kid"].as_str().unwrap().to_owned();
    let done = place.run(["key", "revoke", &active, "--yes"]).done();
    assert!(done.stdout.contains("revoked") && done.stderr.contains("5m"), "{done:?}");
    assert!(keys(&place, &[]).iter().all(|key| key["kid"] != active.as_str()));
    assert_eq!(the(&keys(&place, &["--all"]), "ES256", "revoked")["kid"], active.as_str());
    for kid in [active.as_str(), "nothing"] {
        let line = place.run(["key", "revoke", kid]).refused(3);
        assert!(line.contains(&format!("the id {kid:?}")) && line.contains("jeton key list"), "{line}");
    }
}

#[test]
fn after_a_rewrap_only_the_new_master_key_works() {
    let (place, secret) = Place::with_account();
    Server::start(&place, &["serve"]).kill();
    let new = ["key", "rewrap", "--new-master-key-file", "new.key", "--format", "json"];
    let done = place.run(new).json();
    assert_eq!((&done["rewrapped"], &done["master_key_file"]), (&Value::from(5), &Value::from("new.key")));
    assert!(place.run(["account", "list"]).refused(2).contains("master key"));
    std::fs::rename(place.file("new.key"), place.file("jeton-data/master.key")).unwrap();
    let server = Server::start(&place, &["serve"]);
    let at = server.public_url();
    let issued = ["token", "issue", "nightly", "--url", &format!("{at}/oauth/v1/token")];
    let id = place.accounts()[0]["client_id"].as_str().unwrap().to_owned();
    let issued = issued.map(|word| if word == "nightly" { id.clone() } else { word.to_owned() });
    let token = place.run_with_input(issued, &secret).done().stdout;
    let inspected = place.run_with_input(["token", "inspect", "--format", "json"], &token).json();
    assert_eq!(inspected["active"], true);
    let none = place.run(["key", "rewrap", "--new-master-key-file", "jeton-data/master.key"]).done();
    assert!(none.stdout.contains("Re-encrypted keys: 0"), "{none:?}");
}

#[test]
fn a_new_master_key_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = started();
    place.write("open.key", &place.read("jeton-data/master.key"));
    std::fs::set_permissions(place.file("open.key"), std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(
        place.run(["key", "rewrap", "--new-master-key-file", "open.key"]).refused(2).contains("chmod 600")
    );
    assert!(place.run(["key", "rewrap"]).refused(2).contains("--new-master-key-file"));
}
