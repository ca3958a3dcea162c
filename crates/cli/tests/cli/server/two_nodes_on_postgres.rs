//! Two servers on one PostgreSQL database.

use std::process::Command;

use serde_json::Value;

use super::changes_on_postgres::until;
use super::nodes::{COMMANDS, CONFIRMED, run, states, with_ids};
use crate::harness::{Outcome, Place, RESOURCE, Server};
use crate::postgres::{self, shared};

/// A configuration with this database, and two servers.
fn two_nodes(name: &str) -> (Place, [Server; 2]) {
    let place = postgres::place(name);
    place.run(["resource", "create", RESOURCE, "--scope", "read:me=Read", "--scope", "write:me"]).done();
    let nodes = [Server::start(&place, &["serve"]), Server::start(&place, &["serve"])];
    (place, nodes)
}

/// The parameters that authenticate an account.
fn client(account: &Value) -> String {
    let text = |member: &str| account[member].as_str().unwrap();
    format!("client_id={}&client_secret={}", text("client_id"), text("client_secret"))
}

fn post(place: &Place, node: &Server, path: &str, form: &str) -> Value {
    let at = format!("{}/oauth/v1/{path}", node.public_url());
    place.shell(&format!("printf %s '{form}' | curl --silent --data @- {at}")).json()
}

/// Requests many tokens over one connection, and returns the statuses.
fn request_tokens(place: &Place, node: &Server, account: &Value, count: usize) -> Vec<String> {
    let form = format!("grant_type=client_credentials&{}", client(account));
    let request = format!(
        "url = \"{}/oauth/v1/token\"\ndata = \"{form}\"\noutput = /dev/null\nwrite-out = \"%{{http_code}}\\n\"\n",
        node.public_url()
    );
    place.write("requests", &vec![request; count].join("next\n"));
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--max-time", "20", "--config"]).arg(place.file("requests"));
    curl.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    Outcome::of(curl, "").done().stdout.lines().map(str::to_owned).collect()
}

#[test]
fn warm_requests_are_served_by_both_while_every_table_is_locked() {
    let (place, nodes) = two_nodes("locked");
    let account = place.create_account("nightly", &["--scope", "read:me"]);
    let cold = place.create_account("cold", &["--scope", "read:me"]);
    // Each node drops an account from memory when it reads that it was created. Both have read all changes up to this one.
    let marker = place.run(["account", "disable", "cold", "--format", "json"]).json();
    let confirmed = marker["nodes"].as_array().unwrap().iter().filter(|node| node["state"] == "confirmed");
    assert_eq!(confirmed.count(), 2, "{marker}");
    for node in &nodes {
        assert_eq!(request_tokens(&place, node, &account, 1), ["200"]);
    }
    let tables = shared()
        .execute("locked", "SELECT string_agg(tablename, ', ') FROM pg_tables WHERE schemaname = 'public'");
    let lock = format!("BEGIN; LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", tables.unwrap());
    let held = shared().hold("locked", &lock).unwrap();
    for node in &nodes {
        assert_eq!(request_tokens(&place, node, &account, 100), vec!["200"; 100]);
        assert_eq!(request_tokens(&place, node, &cold, 1), ["503"], "the locks have no effect");
    }
    drop(held);
}

#[test]
fn each_command_that_revokes_is_confirmed_by_both() {
    let (place, _nodes) = two_nodes("confirmed");
    place.create_account("nightly", &["--scope", "read:me", "--scope", "write:me"]);
    for words in COMMANDS {
        let words = with_ids(&place, words);
        assert_eq!(states(&run(&place, &words)), [CONFIRMED, CONFIRMED], "{words}");
    }
}

#[test]
fn what_a_confirmed_command_revokes_is_rejected_by_both() {
    let (place, nodes) = two_nodes("revoked");
    let api = place.create_account("api", &["--introspect", RESOURCE]);
    let is_active = |node: &Server, token: &Value| {
        let form = format!("token={}&{}", token["access_token"].as_str().unwrap(), client(&api));
        post(&place, node, "introspect", &form)["active"].as_bool().unwrap()
    };
    for (number, words) in [
        "account revoke-tokens ACCOUNT",
        "account ungrant ACCOUNT --scope write:me",
        "account disable ACCOUNT",
        "account delete ACCOUNT --yes",
        "panic ACCOUNT",
        "tenant revoke-tokens default --yes",
        "region revoke-tokens --yes",
        "key revoke KEY --yes",
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("client-{number}");
        let account = place.create_account(&name, &["--scope", "read:me", "--scope", "write:me"]);
        let form = format!("grant_type=client_credentials&{}", client(&account));
        let tokens = nodes.each_ref().map(|node| post(&place, node, "token", &form));
        let active = || nodes.iter().flat_map(|node| tokens.iter().map(|token| is_active(node, token)));
        assert!(active().all(|is_active| is_active), "before {words}");
        let token = tokens[0]["access_token"].as_str().unwrap();
        let inspected = place.run_with_input(["token", "inspect", "--format", "json"], token).json();
        let kid = inspected["header"]["kid"].as_str().unwrap();
        let words = words.replace("ACCOUNT", &name).replace("KEY", kid);
        assert_eq!(states(&run(&place, &words)), [CONFIRMED, CONFIRMED], "{words}");
        assert!(!active().any(|is_active| is_active), "after {words}");
    }
}

#[test]
fn after_a_rotation_both_accept_the_new_secret_and_then_no_longer_the_old_one() {
    let (place, nodes) = two_nodes("rotated");
    let old = place.create_account("nightly", &["--scope", "read:me"]);
    let is_accepted = |secret: &Value| {
        let account =
            serde_json::json!({ "client_id": old["client_id"], "client_secret": secret["client_secret"] });
        nodes.each_ref().map(|node| request_tokens(&place, node, &account, 1)[0] == "200")
    };
    assert_eq!(is_accepted(&old), [true, true]);
    let new = run(&place, "secret rotate nightly");
    assert_eq!((is_accepted(&new), is_accepted(&old)), ([true, true], [true, true]));
    run(&place, "secret finish nightly --force");
    until(|| is_accepted(&old) == [false, false]);
    assert_eq!(is_accepted(&new), [true, true]);
    let newest = run(&place, "secret rotate nightly --grace 0s --force");
    until(|| is_accepted(&new) == [false, false]);
    assert_eq!(is_accepted(&newest), [true, true]);
}

#[test]
fn the_database_lists_the_connections_of_each_node_and_of_a_command() {
    let (place, _nodes) = two_nodes("names");
    let names = "SELECT DISTINCT application_name FROM pg_stat_activity WHERE datname = 'names' ORDER BY 1";
    let listed = run(&place, "node list");
    let mut expected: Vec<String> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|node| format!("jeton us node {}", node["node"].as_str().unwrap()))
        .collect();
    expected.sort_unstable();
    let listed = shared().execute("postgres", names).unwrap();
    assert_eq!(listed.lines().collect::<Vec<_>>(), expected);
    let held = shared().hold("names", "BEGIN; LOCK TABLE tenants").unwrap();
    let mut command = place.command(["tenant", "create", "acme"]).spawn().unwrap();
    let is_listed =
        || shared().execute("postgres", names).unwrap().lines().any(|name| name == "jeton us command");
    assert!((0..500).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        is_listed()
    }));
    drop(held);
    assert!(command.wait().unwrap().success());
}
