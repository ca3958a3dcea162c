//! Servers report which changes they have applied, and commands wait for them.

use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Place, Server};

fn nodes(place: &Place) -> Vec<Value> {
    place.run(["node", "list", "--format", "json"]).json().as_array().unwrap().clone()
}

pub(super) fn states(answer: &Value) -> Vec<(&str, &str)> {
    let nodes = answer["nodes"].as_array().unwrap_or_else(|| panic!("{answer}"));
    assert!(nodes.iter().all(|node| node["node"].is_string()), "{answer}");
    nodes.iter().map(|node| (node["region"].as_str().unwrap(), node["state"].as_str().unwrap())).collect()
}

pub(super) fn run(place: &Place, words: &str) -> Value {
    place.run(words.split(' ').chain(["--format", "json"])).json()
}

pub(super) const CONFIRMED: (&str, &str) = ("us", "confirmed");

pub(super) const COMMANDS: [&str; 12] = [
    "account ungrant nightly --scope write:me",
    "account revoke-tokens nightly",
    "tenant revoke-tokens default --yes",
    "region revoke-tokens --yes",
    "secret revoke nightly SECRET",
    "panic nightly",
    "account disable nightly",
    "account delete nightly --yes",
    "key revoke KEY --yes",
    "tenant update default --accounts deny --yes",
    "tenant update default --accounts allow",
    "tenant disable default --yes",
];

fn place() -> Place {
    let place = Place::with_resource();
    place.create_account("nightly", &["--scope", "read:me", "--scope", "write:me"]);
    place
}

pub(super) fn with_ids(place: &Place, words: &str) -> String {
    let mut words = words.to_owned();
    if words.contains("SECRET") {
        let secrets = run(place, "secret list nightly");
        words = words.replace("SECRET", secrets[0]["secret_id"].as_str().unwrap());
    }
    if words.contains("KEY") {
        let keys = run(place, "key list");
        let active = keys.as_array().unwrap().iter().find(|key| key["state"] == "active").unwrap();
        words = words.replace("KEY", active["kid"].as_str().unwrap());
    }
    words
}

#[test]
fn each_command_that_revokes_is_confirmed_by_the_running_server() {
    let place = place();
    let server = Server::start(&place, &["serve"]);
    let other = place.create_account("other", &["--scope", "read:me"]);
    let text = |member: &str| other[member].as_str().unwrap();
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        text("client_id"),
        text("client_secret")
    );
    let at = format!("{}/oauth/v1/token", server.public_url());
    let answer = place.shell(&format!("printf %s '{form}' | curl --silent --data @- {at}")).json();
    let token = answer["access_token"].as_str().unwrap();
    let revoked = place.run_with_input(["token", "revoke", "--format", "json"], token).json();
    assert_eq!(states(&revoked), [CONFIRMED]);
    for words in COMMANDS {
        let words = with_ids(&place, words);
        assert_eq!(states(&run(&place, &words)), [CONFIRMED], "{words}");
    }
    let said = place.run(["account", "revoke-tokens", "other"]).done();
    let [node] = &nodes(&place)[..] else { panic!("one server runs") };
    let name = node["node"].as_str().unwrap();
    assert!(said.stderr.contains(&format!("Confirmed by every running server: {name} (us).")), "{said:?}");
    server.stop();
}

#[test]
fn a_panic_prints_when_introspection_was_confirmed_or_null() {
    let place = place();
    let server = Server::start(&place, &["serve"]);
    let done = run(&place, "panic nightly");
    assert!(done["introspection_inactive_at"].is_string(), "{done}");
    server.pause();
    let done = run(&place, "panic nightly");
    assert_eq!(
        (states(&done), &done["introspection_inactive_at"]),
        (vec![("us", "not_confirmed")], &Value::Null)
    );
    let said = place.run(["panic", "nightly"]).done();
    assert!(said.stdout.contains("not confirmed by every running server"), "{said:?}");
    assert!(said.stderr.contains("Not confirmed within 2 seconds by"), "{said:?}");
}

#[test]
fn a_killed_server_has_not_confirmed_and_a_stopped_one_is_no_longer_asked() {
    let place = place();
    let killed = Server::start(&place, &["serve"]);
    let stopped = Server::start(&place, &["serve"]);
    assert_eq!(nodes(&place).len(), 2);
    let (code, log) = stopped.stop();
    assert_eq!((code, nodes(&place).len()), (0, 1), "{log}");
    killed.kill();
    assert_eq!(states(&run(&place, "account disable nightly")), [("us", "not_confirmed")]);
}

#[test]
fn servers_of_another_region_are_asked_only_about_what_the_regions_share() {
    let place = place();
    let _us = Server::start(&place, &["serve"]);
    let eu = Server::start(&place, &["serve", "--region", "eu"]);
    assert_eq!(states(&run(&place, "account revoke-tokens nightly")), [CONFIRMED]);
    let both = [("eu", "confirmed"), CONFIRMED];
    assert_eq!(states(&run(&place, "tenant revoke-tokens default --yes")), both);
    assert_eq!(states(&run(&place, "region revoke-tokens --region eu --yes")), [("eu", "confirmed")]);
    // The last change of another region does not prevent this region from confirming.
    assert_eq!(states(&run(&place, "account revoke-tokens nightly")), [CONFIRMED]);
    drop(eu);
}

#[test]
fn without_a_running_server_a_command_says_so_and_the_change_is_stored() {
    let place = place();
    let done = run(&place, "account disable nightly");
    assert_eq!((&done["nodes"], &done["enabled"]), (&json!([]), &json!(false)));
    let said = place.run(["account", "revoke-tokens", "nightly"]).done();
    assert!(said.stderr.contains("No running server reports to this database"), "{said:?}");
    assert!(place.run(["node", "list"]).done().stderr.contains("no results"));
}

#[test]
fn if_the_table_of_servers_cannot_be_read_the_change_is_stored_and_nodes_is_null() {
    let place = place();
    let script = "import sqlite3; d = sqlite3.connect('jeton-data/jeton.db'); d.execute('DROP TABLE nodes'); d.commit()";
    place.shell(&format!("python3 -c \"{script}\"")).done();
    let done = run(&place, "account disable nightly");
    assert_eq!((&done["nodes"], &done["enabled"]), (&Value::Null, &json!(false)));
    let said = place.run(["account", "revoke-tokens", "nightly"]).done();
    assert!(said.stderr.contains("could not be read"), "{said:?}");
}

#[test]
fn the_list_shows_what_each_server_has_applied() {
    let place = place();
    let server = Server::start(&place, &["serve"]);
    place.run(["tenant", "create", "customer"]).done();
    let end = |chain: &str| run(&place, &format!("audit list --chain {chain}"))[0]["seq"].clone();
    let (end, shared_end) = (end("us"), end("shared"));
    let mut listed = nodes(&place);
    for _ in 0..100 {
        if listed[0]["shared_position"] == shared_end {
            break;
        }
        sleep(Duration::from_millis(100));
        listed = nodes(&place);
    }
    let members: Vec<&str> = listed[0].as_object().unwrap().keys().map(String::as_str).collect();
    let mut sorted = members.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, ["live", "node", "position", "region", "reported_at", "shared_position", "version"]);
    assert_eq!((&listed[0]["position"], &listed[0]["live"]), (&end, &json!(true)));
    assert_eq!(listed[0]["shared_position"], shared_end);
    assert_eq!(listed[0]["version"], env!("CARGO_PKG_VERSION"));
    let table = place.run(["node", "list"]).done().stdout;
    assert!(table.starts_with("NODE") && table.contains("LAST REPORT") && table.contains("yes"), "{table}");
    server.stop();
}

#[test]
fn a_development_server_reports_too() {
    let place = Place::empty();
    let server = Server::start(&place, &["dev", "--listen", "127.0.0.1:0"]);
    let done = run(&place, "tenant revoke-tokens default --yes");
    assert_eq!(done["nodes"][0]["state"], "confirmed", "{done}");
    server.stop();
}
