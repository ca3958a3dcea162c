//! `jeton explain`: from an `error_id` to the reason of a refusal.

use jeton_reserved_port::ReservedPort;
use serde_json::Value;

use crate::harness::{Place, Server};

/// A server, the `error_id` of a refusal for a wrong secret, and the account's client id.
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

/// The URL of a node that refuses connections while the port lives.
fn unreachable_node() -> (ReservedPort, String) {
    let port = ReservedPort::new().unwrap();
    let url = format!("http://{}", port.address());
    (port, url)
}

#[test]
fn the_table_shows_what_happened_why_the_rule_and_what_to_do() {
    let (place, _server, error_id, client_id) = refused();
    let shown = place.run(["explain", &error_id]).done().stdout;
    for words in [
        "token endpoint\n".to_owned(),
        format!("Caller:     {client_id} (nightly, tenant default), client_secret_post, from 127.0.0.1\n"),
        "Response:   401 invalid_client: The client id or secret is wrong".to_owned(),
        "Why:        The account has no such secret.\n".to_owned(),
        "Rule:       RFC 6749 §5.2".to_owned(),
        format!("`jeton secret rotate {client_id}` to create a new one.\n"),
        "Reason:     wrong_secret\n".to_owned(),
    ] {
        assert!(shown.contains(&words), "{words:?} is not in\n{shown}");
    }
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn the_json_has_the_documented_members() {
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
fn of_several_nodes_the_one_that_knows_answers_even_if_others_are_down() {
    let (place, _server, error_id, _) = refused();
    let (other, _other_server, _, _) = refused();
    let (here, there) = (operations(&place), operations(&other));
    let (elsewhere, (_port, unreachable)) = (Place::empty(), unreachable_node());
    let asked =
        ["explain", &error_id, "--node", &unreachable, "--node", &there, "--node", &here, "--format", "json"];
    let refused = elsewhere.run(asked).json();
    assert_eq!(refused["asked"], format!("{here}/"));
}

#[test]
fn a_refusal_that_no_node_knows_is_not_found_and_the_error_says_where_to_look() {
    let (place, _server, error_id, _) = refused();
    let line = place.run(["explain", "zzzzz-00000000000"]).refused(3);
    assert!(line.contains("comes from the node zzzzz") && line.contains("--node URL"), "{line}");
    let (tag, _) = error_id.split_once('-').unwrap();
    let line = place.run(["explain", &format!("{tag}-00000000000")]).refused(3);
    assert!(line.contains("older than an hour") && line.contains("log"), "{line}");
    let (_port, unreachable) = unreachable_node();
    let line = place
        .run(["explain", "zzzzz-00000000000", "--node", &unreachable, "--node", &operations(&place)])
        .refused(3);
    assert!(line.contains("does not answer"), "{line}");
}

#[test]
fn if_no_node_answers_the_error_names_them() {
    let place = Place::configured();
    let (_port, unreachable) = unreachable_node();
    let line = place.run(["explain", "zzzzz-00000000000", "--node", &unreachable]).refused(1);
    assert!(line.contains(&unreachable) && line.contains("does not answer"), "{line}");
}

#[test]
fn a_response_that_is_not_from_an_operations_listener_is_rejected() {
    let (place, _server, error_id, _) = refused();
    let public = format!("http://{}", config(&place)["listen_public"].as_str().unwrap());
    let line = place.run(["explain", &error_id, "--node", &public]).refused(1);
    assert!(line.contains("404") && line.contains("operations listener"), "{line}");
}

#[test]
fn an_invalid_error_id_or_node_url_is_a_usage_error() {
    let place = Place::configured();
    for text in ["invalid_client", "nightly", "fin-prod", "4xKq2-1pVb8RtZ0c", "default/nightly"] {
        let line = place.run(["explain", text]).refused(2);
        assert!(line.contains(&format!("{text:?} is not an error id")), "{line}");
        assert!(line.contains(&format!("`jeton explain --account {text}`")), "{line}");
    }
    let line = place.run(["explain", "$(reboot) x"]).refused(2);
    assert!(line.contains("`jeton explain --account ID`"), "{line}");
    assert!(place.run(["explain", "zzzzz-00000000000"]).refused(2).contains("--node"), "the port is 0");
    assert!(place.run(["explain", "zzzzz-00000000000", "--node", "mailto:x"]).refused(2).contains("http://"));
}

/// Three refusals: of `nightly` for its secret, of `daily` for a scope, and of `nightly` for its secret again.
fn refused_three_times() -> (Place, Server, Vec<String>) {
    let (place, server, first, id) = refused();
    let daily = place.create_account("daily", &["--scope", "read:me"]);
    let secret = daily["client_secret"].as_str().unwrap();
    place.run_with_input(["token", "issue", "daily", "--scope", "nope"], secret).refused(1);
    let last = refuse(&place);
    (place, server, vec![id, daily["client_id"].as_str().unwrap().to_owned(), first, last])
}

fn listed(place: &Place, words: &[&str]) -> Vec<Value> {
    let json = place.run([&["explain", "--format", "json"], words].concat()).json();
    json.as_array().unwrap().clone()
}

fn ids(refusals: &[Value]) -> Vec<&str> {
    refusals.iter().map(|refused| refused["error_id"].as_str().unwrap()).collect()
}

#[test]
fn the_latest_refusals_are_listed_without_an_id_newest_first() {
    let (place, _server, known) = refused_three_times();
    let (nightly, daily, first, last) = (&known[0], &known[1], &known[2], &known[3]);
    let all = listed(&place, &["--recent"]);
    assert_eq!(all.len(), 3);
    let clients: Vec<_> = all.iter().map(|refused| refused["client_id"].as_str().unwrap()).collect();
    assert_eq!(clients, [nightly, daily, nightly]);
    assert_eq!((ids(&all)[0], ids(&all)[2]), (&**last, &**first));
    let mut one = place.run(["explain", last, "--format", "json"]).json();
    assert_eq!(one, all[0]);
    one["asked"].take();
    assert_eq!(ids(&listed(&place, &["--recent", "--last", "1"])), [last]);
    for reference in [nightly.as_str(), "nightly", "default/nightly"] {
        assert_eq!(ids(&listed(&place, &["--account", reference])), [last, first], "{reference}");
        assert_eq!(ids(&listed(&place, &["--account", reference, "--last", "1"])), [last], "{reference}");
    }
    let table = place.run(["explain", "--account", "daily"]).done().stdout;
    assert!(table.starts_with("AT ") && table.contains("400 invalid_scope"), "{table}");
    assert_eq!(table.lines().count(), 2, "{table}");
}

#[test]
fn an_account_without_refusals_has_an_empty_list_and_an_unknown_one_is_not_found() {
    let (place, _server, _, _) = refused();
    let quiet = place.create_account("quiet", &["--scope", "read:me"]);
    assert!(listed(&place, &["--account", "quiet"]).is_empty());
    assert!(listed(&place, &["--account", quiet["client_id"].as_str().unwrap()]).is_empty());
    assert_eq!(place.run(["explain", "--account", "quiet"]).done().stderr, "no results\n");
    let line = place.run(["explain", "--account", "nigthly"]).refused(3);
    assert!(line.contains("there is no account \"nigthly\""), "{line}");
    let line = place.run(["explain", "--account", "no such name"]).refused(3);
    assert!(line.contains("there is no account"), "{line}");
}

#[test]
fn refusals_of_a_deleted_account_are_found_by_its_id() {
    let (place, _server, error_id, client_id) = refused();
    place.run(["account", "delete", "nightly", "--yes"]).done();
    assert_eq!(ids(&listed(&place, &["--account", &client_id])), [&error_id]);
}

#[test]
fn several_nodes_are_queried_and_an_unreachable_one_is_named() {
    let (place, _server, error_id, client_id) = refused();
    let (other, _other_server, other_id, _) = refused();
    let (here, there, (_port, silent)) = (operations(&place), operations(&other), unreachable_node());
    let elsewhere = Place::empty();
    let both =
        ["explain", "--recent", "--format", "json", "--node", &here, "--node", &silent, "--node", &there];
    let outcome = elsewhere.run(both).done();
    assert!(outcome.stderr.contains(&format!("{silent}/ does not answer")), "{outcome:?}");
    let found: Vec<Value> = serde_json::from_str(&outcome.stdout).unwrap();
    let mut found = ids(&found);
    found.sort_unstable();
    let mut expected = [&*error_id, &*other_id];
    expected.sort_unstable();
    assert_eq!(found, expected);
    let listed = listed(&elsewhere, &["--account", &client_id, "--node", &here, "--node", &there]);
    assert_eq!(listed[0]["asked"], format!("{here}/"));
    assert_eq!(ids(&listed), [&error_id]);
    let line = elsewhere.run(["explain", "--recent", "--node", &silent]).refused(1);
    assert!(line.contains("does not answer"), "{line}");
    let public = format!("http://{}", config(&place)["listen_public"].as_str().unwrap());
    let line = elsewhere.run(["explain", "--recent", "--node", &public]).refused(1);
    assert!(line.contains("operations listener"), "{line}");
}

#[test]
fn exactly_one_of_id_account_and_recent_is_required() {
    let place = Place::configured();
    for words in [
        &["explain"][..],
        &["explain", "--last", "5"],
        &["explain", "4xKq2-1pVb8RtZ0cN", "--recent"],
        &["explain", "4xKq2-1pVb8RtZ0cN", "--last", "5"],
        &["explain", "--account", "a", "--recent"],
        &["explain", "--recent", "--last", "0"],
        &["explain", "--recent", "--last", "1001"],
    ] {
        place.run(words).refused(2);
    }
}
