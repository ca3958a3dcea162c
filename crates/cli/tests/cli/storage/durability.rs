//! `kill -9` at any time loses no acknowledged change.

use serde_json::Value;

use crate::harness::{Place, Server};

const CYCLES: usize = 5;

fn is_refused(place: &Place, account: &Value) -> bool {
    let text = |member: &str| account[member].as_str().unwrap();
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        text("client_id"),
        text("client_secret")
    );
    let script = format!("printf %s '{form}' | curl --silent --data @- '{}'", text("token_endpoint"));
    let answer = place.shell(&script).json();
    assert!(answer["access_token"].is_string() || answer["error"] == "invalid_client", "{answer}");
    answer["error"] == "invalid_client"
}

#[test]
fn after_a_kill_every_acknowledged_account_works_and_no_disabled_one_does() {
    let place = Place::empty();
    let mut kept: Vec<Value> = Vec::new();
    let mut disabled: Vec<Value> = Vec::new();
    for cycle in 0..CYCLES {
        let server = Server::start(&place, &["dev", "--listen", "127.0.0.1:0"]);
        let make = |name: String| place.create_account(&name, &["--scope", "read:me"]);
        kept.push(make(format!("kept-{cycle}")));
        let gone = make(format!("gone-{cycle}"));
        place.run(["account", "disable", gone["client_id"].as_str().unwrap()]).done();
        disabled.push(gone);
        server.kill();
    }
    let _server = Server::start(&place, &["dev", "--listen", "127.0.0.1:0"]);
    let endpoint = place.run(["config", "check", "--format", "json"]).json()["token_endpoint"].clone();
    let at = |account: &Value| {
        let mut account = account.clone();
        account["token_endpoint"] = endpoint.clone();
        account
    };
    assert!(kept.iter().all(|account| !is_refused(&place, &at(account))));
    assert!(disabled.iter().all(|account| is_refused(&place, &at(account))));
}

#[test]
fn a_command_killed_at_any_moment_leaves_a_complete_account_or_none() {
    let place = Place::with_resource();
    for number in 0..20_u64 {
        let name = format!("cut-{number}");
        let mut command =
            place.command(["account", "create", &name, "--scope", "read:me", "--format", "json"]);
        let mut child = command.spawn().unwrap();
        // From zero to more than the command needs: the time of the kill is part of the test; this sleep waits for no
        // condition.
        std::thread::sleep(std::time::Duration::from_millis(number * 3));
        // It may have ended already.
        let _ = child.kill();
        let output = child.wait_with_output().unwrap();
        let shown = place.run(["account", "show", &name, "--format", "json"]);
        if let Ok(acknowledged) = serde_json::from_slice::<Value>(&output.stdout) {
            let found = shown.json();
            assert_eq!(found["client_id"], acknowledged["client_id"]);
            assert_eq!(found["secrets"].as_array().unwrap().len(), 1);
        } else if shown.code == 0 {
            assert_eq!(shown.json()["secrets"].as_array().unwrap().len(), 1);
        } else {
            assert_eq!(shown.code, 3, "{shown:?}");
        }
    }
}
