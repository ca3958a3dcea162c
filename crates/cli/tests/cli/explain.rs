//! From an `error_id` to the true reason.

use std::net::TcpListener;

use serde_json::Value;

use crate::harness::{Place, Server};

/// A server, and the `error_id` of a refusal for a wrong secret; the account's client id.
fn refused() -> (Place, Server, String, String) {
    let place = Place::empty();
    let server = Server::start(&place, &["dev", "--listen", "127.0.0.1:0"]);
    let made = place.create_account("nightly", &["--scope", "read:me"]);
    let id = refuse(&place);
    (place, server, id, made["client_id"].as_str().unwrap().to_owned())
}

fn refuse(place: &Place) -> String {
    let line = place.run_with_input(["token", "issue", "nightly"], "hunter2hunter2hunter2").refused(1);
    let (_, rest) = line.split_once("error_id ").unwrap();
    rest.trim_end_matches(')').to_owned()
}

fn config(place: &Place) -> Value {
    place.run(["config", "check", "--format", "json"]).json()
}

fn operations(place: &Place) -> String {
    format!("http://{}", config(place)["listen_operations"].as_str().unwrap())
}

fn nobody() -> String {
    format!("http://{}", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap())
}

#[test]
fn people_are_told_what_happened_why_by_which_rule_and_what_to_do() {
    let (place, _server, error_id, client_id) = refused();
    let shown = place.run(["explain", &error_id]).done().stdout;
    for words in [
        "token endpoint\n".to_owned(),
        format!("Caller:     {client_id} (nightly, tenant default), client_secret_post, from 127.0.0.1\n"),
        "Told:       401 invalid_client: The client id or secret is wrong".to_owned(),
        "Why:        The account has no such secret.\n".to_owned(),
        "Rule:       RFC 6749 §5.2".to_owned(),
        format!("`jeton secret rotate {client_id}` makes another.\n"),
        "Reason:     wrong_secret\n".to_owned(),
    ] {
        assert!(shown.contains(&words), "{words:?} is not in\n{shown}");
    }
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn programs_get_the_members_that_are_documented() {
    let (place, _server, error_id, client_id) = refused();
    let refused = place.run(["explain", &error_id, "--format", "json"]).json();
    let mut members: Vec<&str> = refused.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(
        members,
        [
            "account",
            "address",
            "asked",
            "at",
            "authentication",
            "client_id",
            "cure",
            "endpoint",
            "error",
            "error_description",
            "error_id",
            "facts",
            "node",
            "reason",
            "region",
            "rule",
            "status",
            "why",
        ]
    );
    assert_eq!(
        (refused["error_id"].as_str(), refused["client_id"].as_str()),
        (Some(&*error_id), Some(&*client_id))
    );
    assert_eq!(refused["status"], 401);
}

#[test]
fn of_several_nodes_the_one_that_knows_answers_whoever_else_is_away() {
    let (place, _server, error_id, _) = refused();
    let (other, _other_server, _, _) = refused();
    let (here, there) = (operations(&place), operations(&other));
    let elsewhere = Place::empty();
    let asked =
        ["explain", &error_id, "--node", &nobody(), "--node", &there, "--node", &here, "--format", "json"];
    let refused = elsewhere.run(asked).json();
    assert_eq!(refused["asked"], format!("{here}/"));
}

#[test]
fn a_refusal_that_no_asked_node_knows_is_not_found_and_the_line_says_where_it_may_be() {
    let (place, _server, error_id, _) = refused();
    let line = place.run(["explain", "zzzz-00000000000"]).refused(3);
    assert!(line.contains("made by the node zzzz") && line.contains("--node URL"), "{line}");
    let (tag, _) = error_id.split_once('-').unwrap();
    let line = place.run(["explain", &format!("{tag}-00000000000")]).refused(3);
    assert!(line.contains("older than an hour") && line.contains("log"), "{line}");
    let line = place
        .run(["explain", "zzzz-00000000000", "--node", &nobody(), "--node", &operations(&place)])
        .refused(3);
    assert!(line.contains("does not answer"), "{line}");
}

#[test]
fn where_no_node_answers_it_is_a_failure_that_names_them() {
    let place = Place::configured();
    let nobody = nobody();
    let line = place.run(["explain", "zzzz-00000000000", "--node", &nobody]).refused(1);
    assert!(line.contains(&nobody) && line.contains("does not answer"), "{line}");
}

#[test]
fn what_is_no_operations_listener_is_not_taken_for_one() {
    let (place, _server, error_id, _) = refused();
    let public = format!("http://{}", config(&place)["listen_public"].as_str().unwrap());
    let line = place.run(["explain", &error_id, "--node", &public]).refused(1);
    assert!(line.contains("404") && line.contains("operations listener"), "{line}");
}

#[test]
fn what_is_no_error_id_or_no_node_is_a_usage_error() {
    let place = Place::configured();
    assert!(place.run(["explain", "invalid_client"]).refused(2).contains("error_id"));
    assert!(place.run(["explain", "zzzz-00000000000"]).refused(2).contains("--node"), "the port is 0");
    assert!(place.run(["explain", "zzzz-00000000000", "--node", "mailto:x"]).refused(2).contains("http://"));
}
