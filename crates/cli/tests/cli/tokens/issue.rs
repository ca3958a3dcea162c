//! Requesting and inspecting tokens.

use jeton_reserved_port::ReservedPort;

use crate::harness::{Place, Server};

/// A server with the account `nightly`, and its secret.
fn serving() -> (Place, Server, String) {
    let place = Place::empty();
    let server = Server::start(&place, &["dev", "--listen", "127.0.0.1:0"]);
    let made = place.create_account("nightly", &["--scope", "read:me"]);
    let secret = made["client_secret"].as_str().unwrap().to_owned();
    (place, server, secret)
}

#[test]
fn a_token_alone_goes_to_stdout_and_the_whole_answer_with_json() {
    let (place, _server, secret) = serving();
    let token = place.run_with_input(["token", "issue", "nightly"], &format!("{secret}\n")).done();
    assert_eq!(token.stdout.trim().split('.').count(), 3, "{token:?}");
    assert_eq!(token.stderr, "expires in 3600 s, scope read:me\n");
    let asked = ["token", "issue", "nightly", "--scope", "read:me", "--format", "json"];
    let answer = place.run_with_input(asked, &secret).json();
    assert_eq!((answer["token_type"].as_str(), answer["expires_in"].as_u64()), (Some("Bearer"), Some(3600)));
}

#[test]
fn with_a_url_no_configuration_is_needed() {
    let (place, _server, secret) = serving();
    let id = place.run(["account", "show", "nightly", "--format", "json"]).json()["client_id"].clone();
    let url = place.run(["config", "check", "--format", "json"]).json()["token_endpoint"].clone();
    let elsewhere = Place::empty();
    let arguments = ["token", "issue", id.as_str().unwrap(), "--url", url.as_str().unwrap()];
    elsewhere.run_with_input(arguments, &secret).done();
    assert!(elsewhere.path().read_dir().unwrap().next().is_none());
}

#[test]
fn a_refused_token_is_reported_in_the_words_of_the_endpoint() {
    let (place, _server, secret) = serving();
    let line = place.run_with_input(["token", "issue", "nightly", "--scope", "nope"], &secret).refused(1);
    assert!(line.contains("400 invalid_scope") && line.contains("error_id"), "{line}");
    let wrong = secret.replace("jtnsk_", "jtnsk_x");
    let line = place.run_with_input(["token", "issue", "nightly"], &wrong).refused(1);
    assert!(line.contains("401 invalid_client") && !line.contains(&wrong), "{line}");
}

#[test]
fn an_unreachable_token_endpoint_is_named() {
    let place = Place::empty();
    let nobody = ReservedPort::new().unwrap();
    let url = format!("http://{}/oauth/v1/token", nobody.address());
    let line = place.run_with_input(["token", "issue", "sa", "--url", &url], "a-secret").refused(1);
    assert!(line.contains(&url), "{line}");
    assert!(place.run(["token", "issue", "sa", "--url", &url]).refused(2).contains("stdin"));
}

#[test]
fn inspect_shows_the_reason_and_introspect_does_not() {
    let (place, _server, secret) = serving();
    let token = place.run_with_input(["token", "issue", "nightly"], &secret).done().stdout;
    let inspect = || place.run_with_input(["token", "inspect", "--format", "json"], &token).json();
    let introspect = || place.run_with_input(["token", "introspect"], &token).json();
    let (active, seen) = (inspect(), introspect());
    assert_eq!((active["active"].as_bool(), seen["active"].as_bool()), (Some(true), Some(true)));
    assert_eq!(active["header"]["typ"], "at+jwt");
    assert_eq!((&active["claims"]["scope"], &seen["scope"]), (&"read:me".into(), &"read:me".into()));
    assert!(seen.get("epoch").is_none(), "{seen}");
    place.run(["account", "disable", "nightly"]).done();
    assert!(inspect()["verdict"].as_str().unwrap().contains("disabled"));
    assert_eq!(introspect(), serde_json::json!({ "active": false }));
    place.run(["account", "enable", "nightly"]).done();
    assert!(inspect()["verdict"].as_str().unwrap().contains("epoch"));
    assert_eq!(introspect(), serde_json::json!({ "active": false }));
}

#[test]
fn an_opaque_token_is_opened_for_the_administrator_active_or_not() {
    let (place, _server, secret) = serving();
    let resources = place.run(["resource", "list", "--format", "json"]).json();
    let uri = resources[0]["uri"].as_str().unwrap();
    place.run(["resource", "update", uri, "--token-format", "opaque"]).done();
    let issue = || place.run_with_input(["token", "issue", "nightly"], &secret).done().stdout;
    // The server applies the change within a second.
    let token = std::iter::repeat_with(issue).take(2_000).find(|token| token.starts_with("jtnat_")).unwrap();
    let inspect = |token: &str| place.run_with_input(["token", "inspect", "--format", "json"], token).json();
    let active = inspect(&token);
    assert_eq!(
        (&active["active"], &active["format"], &active["header"]),
        (&true.into(), &"opaque".into(), &().into())
    );
    assert_eq!((&active["claims"]["scope"], &active["claims"]["aud"]), (&"read:me".into(), &uri.into()));
    assert_eq!(active["kid"].as_str().unwrap().len(), 11);
    let seen = place.run_with_input(["token", "introspect"], &token).json();
    assert_eq!((&seen["active"], &seen["jti"]), (&true.into(), &active["claims"]["jti"]));
    place.run(["account", "disable", "nightly"]).done();
    let inactive = inspect(&token);
    assert!(inactive["verdict"].as_str().unwrap().contains("disabled"), "{inactive}");
    assert_eq!(inactive["claims"], active["claims"]);
    let forged = inspect(&format!("{}AAAA", &token.trim()[..token.trim().len() - 4]));
    assert!(forged["verdict"].as_str().unwrap().contains("does not open it"), "{forged}");
    assert_eq!((&forged["kid"], &forged["claims"]), (&active["kid"], &().into()));
}

#[test]
fn times_are_readable_and_an_invalid_token_is_reported() {
    let (place, _server, secret) = serving();
    let token = place.run_with_input(["token", "issue", "nightly"], &secret).done().stdout;
    let shown = place.run_with_input(["token", "inspect"], &token).done().stdout;
    let expiry = shown.lines().find(|line| line.starts_with("claim exp:")).unwrap();
    assert!(expiry.contains("Z (") && shown.contains("Verdict:"), "{shown}");
    let shown = place.run_with_input(["token", "inspect"], "abc\u{1b}[2J.def").done().stdout;
    assert_eq!(shown, "Verdict: it is not a token of this server\n");
}
