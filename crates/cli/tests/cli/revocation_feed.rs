//! The revocation feed of a running server, read as whoever checks JWTs by itself reads it.

use std::sync::Arc;
use std::thread::{JoinHandle, spawn};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::harness::{Outcome, Place, RESOURCE, Server};

/// A server, an account to call it, and one that may introspect.
struct Scene {
    place: Place,
    server: Server,
    fin: Value,
    api: Value,
}

fn scene() -> Scene {
    let place = Place::with_resource();
    let fin = place.create_account("fin", &["--scope", "read:me"]);
    let api = place.create_account("api", &["--introspect", RESOURCE]);
    let server = Server::start(&place, &["serve"]);
    Scene { place, server, fin, api }
}

/// What the feed answered.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    status: String,
    etag: String,
    body: String,
}

impl Told {
    fn of(answer: &Outcome) -> Self {
        let [status, etag, body] = answer.stdout.splitn(3, '\n').collect::<Vec<_>>()[..] else {
            panic!("{answer:?}")
        };
        Self { status: status.to_owned(), etag: etag.to_owned(), body: body.to_owned() }
    }
}

impl Scene {
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

    fn feed(&self) -> Told {
        Told::of(&self.place.shell(&self.script("", 0)).done())
    }

    /// Waits in the background for what the feed says next.
    fn wait(self: &Arc<Self>, etag: &str) -> JoinHandle<Told> {
        let (scene, script) = (Arc::clone(self), self.script(etag, 25));
        spawn(move || Told::of(&scene.place.shell(&script).done()))
    }

    fn waiting(&self) -> bool {
        let (_, said) = self.server.said().split_once("probes and metrics on ").unwrap();
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
fn two_seconds_after_a_command_has_revoked_a_token_the_feed_has_told_it_to_whoever_waits() {
    let scene = Arc::new(scene());
    let token = scene.token();
    let inspected = scene.place.run_with_input(["token", "inspect", "--format", "json"], &token).json();
    let jti = inspected["claims"]["jti"].as_str().unwrap();
    let before = scene.feed();
    assert_eq!(before.status, "200");
    assert!(!before.body.contains(jti));
    let told = scene.wait(&before.etag);
    assert!((0..1_000).any(|_| scene.waiting()));
    scene.place.run_with_input(["token", "revoke"], &token).done();
    let revoked = Instant::now();
    let told = told.join().unwrap();
    let took = revoked.elapsed();
    assert_eq!(told.status, "200");
    assert!(told.body.contains(jti), "{told:?}");
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert_eq!(scene.feed(), told);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the promise is about real time, of real processes")]
fn a_server_that_is_stopped_answers_whoever_waits_and_does_not_wait_for_them() {
    let scene = Arc::new(scene());
    let before = scene.feed();
    let told = scene.wait(&before.etag);
    assert!((0..1_000).any(|_| scene.waiting()));
    scene.server.ask_to_stop();
    let asked = Instant::now();
    let told = told.join().unwrap();
    assert_eq!((told.status.as_str(), &told.etag, told.body.as_str()), ("304", &before.etag, ""));
    assert!(asked.elapsed() < Duration::from_secs(10), "{:?} of 25 s", asked.elapsed());
}
