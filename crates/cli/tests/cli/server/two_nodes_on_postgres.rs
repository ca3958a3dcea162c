//! Two servers on one PostgreSQL database.

use std::process::Command;

use crate::harness::{Outcome, Place, RESOURCE, Server};
use crate::postgres::{new_database, shared};

/// A configuration with this database, and two servers.
fn two_nodes(name: &str) -> (Place, [Server; 2]) {
    let place = Place::configured();
    let settings = place.read("jeton.toml");
    let database = format!("[database]\nurl = \"{}\"\n", new_database(name));
    place.write("jeton.toml", &format!("{settings}{database}[keys]\nmaster_key_file = \"master.key\"\n"));
    place.run(["resource", "create", RESOURCE, "--scope", "read:me=Read"]).done();
    let nodes = [Server::start(&place, &["serve"]), Server::start(&place, &["serve"])];
    (place, nodes)
}

/// Requests many tokens over one connection, and returns the statuses.
fn request_tokens(place: &Place, node: &Server, account: &serde_json::Value, count: usize) -> Vec<String> {
    let text = |member: &str| account[member].as_str().unwrap();
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        text("client_id"),
        text("client_secret")
    );
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
