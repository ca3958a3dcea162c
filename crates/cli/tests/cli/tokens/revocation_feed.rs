//! The revocation feed of a running server, read as an API that checks JWTs by itself reads it.

use std::sync::Arc;
use std::thread::{JoinHandle, spawn};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::harness::{Outcome, Place, RESOURCE, Server};

/// A server, an account that gets tokens, and an account that may introspect.
struct Fixture {
    place: Place,
    server: Server,
    fin: Value,
    api: Value,
}

fn fixture() -> Fixture {
    let place = Place::with_resource();
    let fin = place.create_account("fin", &["--scope", "read:me"]);
    let api = place.create_account("api", &["--introspect", RESOURCE]);
    let server = Server::start(&place, &["serve"]);
    Fixture { place, server, fin, api }
}

/// A response of the feed.
#[derive(Debug, PartialEq, Eq)]
struct FeedResponse {
    status: String,
    etag: String,
    body: String,
}

impl FeedResponse {
    fn of(answer: &Outcome) -> Self {
        let [status, etag, body] = answer.stdout.splitn(3, '\n').collect::<Vec<_>>()[..] else {
            panic!("{answer:?}")
        };
        Self { status: status.to_owned(), etag: etag.to_owned(), body: body.to_owned() }
    }
}

impl Fixture {
    fn token(&self) -> String {
        let script = format!(
            "curl --silent --user '{}' --data grant_type=client_credentials '{}/oauth/v1/token'",
            credentials(&self.fin),
            self.server.public_url()
        );
        let answer = self.place.shell(&script).json();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    fn script(&self, etag: &str, wait: u32) -> String {
        format!(
            "curl --silent --user '{}' --header 'If-None-Match: {etag}' --output feed-$$ \
             --write-out '%{{http_code}}\\n%header{{etag}}\\n' '{}/oauth/v1/revocations?wait={wait}'\n\
             test ! -e feed-$$ || cat feed-$$",
            credentials(&self.api),
            self.server.public_url()
        )
    }

    fn feed(&self) -> FeedResponse {
        FeedResponse::of(&self.place.shell(&self.script("", 0)).done())
    }

    /// Waits in the background for the next response of the feed.
    fn wait(self: &Arc<Self>, etag: &str) -> JoinHandle<FeedResponse> {
        let (fixture, script) = (Arc::clone(self), self.script(etag, 25));
        spawn(move || FeedResponse::of(&fixture.place.shell(&script).done()))
    }

    fn waiting(&self) -> bool {
        let (_, said) = self.server.startup_log().split_once("probes and metrics on ").unwrap();
        let address = said.split_whitespace().next().unwrap().trim_end_matches('.');
        let metrics = self.place.shell(&format!("curl --silent 'http://{address}/metrics'")).done().stdout;
        metrics.lines().any(|line| line == "jeton_revocation_feed_waiting 1")
    }
}

fn credentials(account: &Value) -> String {
    let text = |member: &str| account[member].as_str().unwrap();
    format!("{}:{}", text("client_id"), text("client_secret"))
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the promise is about real time, of real processes")]
fn a_waiting_reader_of_the_feed_gets_a_revocation_within_two_seconds() {
    let fixture = Arc::new(fixture());
    let token = fixture.token();
    let inspected = fixture.place.run_with_input(["token", "inspect", "--format", "json"], &token).json();
    let jti = inspected["claims"]["jti"].as_str().unwrap();
    let before = fixture.feed();
    assert_eq!(before.status, "200");
    assert!(!before.body.contains(jti));
    let response = fixture.wait(&before.etag);
    assert!((0..1_000).any(|_| fixture.waiting()));
    fixture.place.run_with_input(["token", "revoke"], &token).done();
    let revoked = Instant::now();
    let response = response.join().unwrap();
    let took = revoked.elapsed();
    assert_eq!(response.status, "200");
    assert!(response.body.contains(jti), "{response:?}");
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert_eq!(fixture.feed(), response);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the promise is about real time, of real processes")]
fn a_stopping_server_answers_waiting_readers_of_the_feed_at_once() {
    let fixture = Arc::new(fixture());
    let before = fixture.feed();
    let response = fixture.wait(&before.etag);
    assert!((0..1_000).any(|_| fixture.waiting()));
    fixture.server.ask_to_stop();
    let asked = Instant::now();
    let response = response.join().unwrap();
    assert_eq!((response.status.as_str(), &response.etag, response.body.as_str()), ("304", &before.etag, ""));
    assert!(asked.elapsed() < Duration::from_secs(10), "{:?} of 25 s", asked.elapsed());
}
