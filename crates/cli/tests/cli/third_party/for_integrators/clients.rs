//! What the complete clients of the page do with each answer of a token endpoint.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::time::Duration;

use serde_json::json;

use super::{PAGE, node, python};
use crate::harness::Place;
use crate::page::file;
use crate::stub::{Prepared, Stub};

/// One of the two clients, which asks a stub for tokens. Its clock stands at 1000 seconds until a command sets it.
struct Client {
    process: Child,
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
    _place: Place,
}

impl Client {
    fn in_python(endpoint: &Stub) -> Self {
        let place = Place::empty();
        place.write("tokens.py", file(PAGE, "tokens.py"));
        place.write("use_tokens.py", include_str!("../../../clients/python/use_tokens.py"));
        Self::start(python(&place, "use_tokens.py"), place, endpoint)
    }

    fn in_node(endpoint: &Stub) -> Self {
        let place = Place::empty();
        place.write("tokens.mjs", file(PAGE, "tokens.mjs"));
        place.write("use_tokens.mjs", include_str!("../../../clients/node/use_tokens.mjs"));
        Self::start(node(&place, "use_tokens.mjs"), place, endpoint)
    }

    fn start(mut command: std::process::Command, place: Place, endpoint: &Stub) -> Self {
        command.args([&format!("{}/token", endpoint.url()), "urn:example:app", "p%41s:s"]);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let commands = process.stdin.take().unwrap();
        let answers = BufReader::new(process.stdout.take().unwrap());
        Self { process, commands, answers, _place: place }
    }

    /// The tokens or the error.
    fn ask(&mut self, command: &str) -> String {
        writeln!(self.commands, "{command}").unwrap();
        let mut answer = String::new();
        assert_ne!(self.answers.read_line(&mut answer).unwrap(), 0, "the client ended at {command}");
        answer.trim_end().to_owned()
    }

    fn set_clock(&mut self, seconds: u32) {
        writeln!(self.commands, "at {seconds}").unwrap();
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

const CLIENTS: [fn(&Stub) -> Client; 2] = [Client::in_python, Client::in_node];

fn token(text: &str) -> Prepared {
    let body = json!({ "access_token": text, "token_type": "Bearer", "expires_in": 600 });
    Prepared::new(200, body.to_string())
}

fn unavailable() -> Prepared {
    Prepared::new(503, json!({ "error": "temporarily_unavailable", "error_id": "id-503" }).to_string())
}

fn refusal() -> Prepared {
    Prepared::new(401, json!({ "error": "invalid_client", "error_id": "id-401" }).to_string())
}

#[test]
fn a_503_is_repeated_after_the_wait_and_all_callers_share_one_token() {
    for start in CLIENTS {
        let endpoint = Stub::with(vec![unavailable().retry_after(1), token("one"), token("two")]);
        let mut client = start(&endpoint);
        assert_eq!(client.ask("together 20"), vec!["one"; 20].join(" "));
        let received = endpoint.received();
        assert_eq!(received.len(), 2);
        assert!(received[1].at - received[0].at >= Duration::from_secs(1));
        assert_eq!(received[1].target, "/token");
        assert!(received[1].body.contains("grant_type=client_credentials"), "{}", received[1].body);
        // The id and the secret are percent-encoded: urn%3Aexample%3Aapp:p%2541s%3As
        assert_eq!(received[1].authorization, "Basic dXJuJTNBZXhhbXBsZSUzQWFwcDpwJTI1NDFzJTNBcw==");
        client.set_clock(1_539);
        assert_eq!(client.ask("get"), "one");
        assert_eq!(endpoint.received().len(), 2);
    }
}

#[test]
fn a_token_is_renewed_a_minute_early_and_used_until_the_renewal_succeeds() {
    for start in CLIENTS {
        let endpoint = Stub::with(vec![token("one"), unavailable(), token("two")]);
        let mut client = start(&endpoint);
        assert_eq!(client.ask("get"), "one");
        client.set_clock(1_541);
        assert_eq!(client.ask("get"), "one");
        client.set_clock(1_550);
        let renewed = (0..100_000).any(|_| client.ask("get") == "two");
        assert!(renewed, "{:?}", endpoint.received());
        assert_eq!(endpoint.received().len(), 3);
    }
}

#[test]
fn a_refused_client_sends_no_further_request_for_a_minute() {
    for start in CLIENTS {
        let endpoint = Stub::with(vec![refusal(), refusal(), token("one")]);
        let mut client = start(&endpoint);
        for _ in 0..3 {
            let error = client.ask("get");
            assert!(error.starts_with("error: 401") && error.contains("id-401"), "{error}");
        }
        client.set_clock(1_059);
        assert!(client.ask("together 5").contains("invalid_client"));
        assert_eq!(endpoint.received().len(), 1);
        client.set_clock(1_061);
        assert!(client.ask("get").contains("invalid_client"));
        client.set_clock(1_122);
        assert_eq!(client.ask("get"), "one");
        assert_eq!(endpoint.received().len(), 3);
    }
}

#[test]
fn a_wait_that_is_too_long_ends_the_attempts() {
    for start in CLIENTS {
        let endpoint = Stub::with(vec![unavailable().retry_after(3_600), token("one")]);
        let mut client = start(&endpoint);
        assert!(client.ask("get").contains("id-503"));
        client.set_clock(4_599);
        assert!(client.ask("get").contains("id-503"));
        assert_eq!(endpoint.received().len(), 1);
        client.set_clock(4_601);
        assert_eq!(client.ask("get"), "one");
    }
}

#[test]
fn a_token_that_the_api_rejects_is_replaced_once() {
    for start in CLIENTS {
        let endpoint = Stub::with(vec![token("one"), token("two"), token("three")]);
        let mut client = start(&endpoint);
        assert_eq!(client.ask("get"), "one");
        assert_eq!(client.ask("get one"), "two");
        assert_eq!(client.ask("get one"), "two");
        assert_eq!(client.ask("get"), "two");
        assert_eq!(endpoint.received().len(), 2);
    }
}
