//! `kill -9` at random times while 32 callers revoke tokens at once: acknowledged revocations persist, and other tokens
//! stay active.
//!
//! Runs 200 cycles, or the number in the environment variable `JETON_TEST_KILLS`.

use std::time::Duration;

use reqwest::Client;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::harness::{Place, Server};

#[tokio::test(flavor = "multi_thread")]
async fn no_acknowledged_revocation_is_lost_and_no_other_token_is_revoked() {
    let fixture = Fixture::new();
    let mut revoked: Vec<String> = Vec::new();
    let mut untouched: Vec<String> = Vec::new();
    let mut cut = 0;
    for cycle in 0..cycles() {
        let server = fixture.start();
        let at = server.public_url();
        let mut tokens = fixture.tokens(&at, CALLERS + 1).await;
        untouched.push(tokens.remove(0));
        // Tokens revoked before the last kill are inactive from the start.
        for token in revoked.iter().rev().take(5) {
            assert!(!fixture.is_active(&at, token).await, "active again after {cycle} kills");
        }
        let mut revocations: JoinSet<Option<String>> = JoinSet::new();
        for token in tokens {
            let (fixture, at) = (fixture.clone(), at.clone());
            revocations.spawn(async move { fixture.revoke(&at, &token).await.then_some(token) });
        }
        // From none to all of them: the time of the kill is part of the test; this sleep waits for no condition.
        tokio::time::sleep(Duration::from_micros(u64::from(cycle) * 7_919 % 15_000)).await;
        server.kill();
        let acknowledged: Vec<String> = revocations.join_all().await.into_iter().flatten().collect();
        cut += usize::from(acknowledged.len() < CALLERS);
        revoked.extend(acknowledged);
    }
    // Otherwise the kills came too late or too early to test anything.
    assert!(cut > 0 && !revoked.is_empty(), "{cut} cycles were cut, {} revoked", revoked.len());
    let server = fixture.start();
    let at = server.public_url();
    for token in &revoked {
        assert!(!fixture.is_active(&at, token).await);
    }
    for token in &untouched {
        assert!(fixture.is_active(&at, token).await);
    }
    let verified = fixture.place.run(["audit", "verify"]).done();
    assert!(verified.stdout.contains("intact"), "{verified:?}");
}

/// They share writes, so a kill may cut several of them.
const CALLERS: usize = 32;

#[expect(
    clippy::disallowed_methods,
    reason = "the number of cycles is the tester's choice, not a setting of Jeton"
)]
fn cycles() -> u32 {
    std::env::var("JETON_TEST_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(200)
}

/// A store with one account; servers on it are started and killed.
#[derive(Clone)]
struct Fixture {
    place: std::sync::Arc<Place>,
    http: Client,
    client_id: String,
    secret: String,
}

impl Fixture {
    fn new() -> Self {
        let (place, secret) = Place::with_account();
        let client_id = place.accounts()[0]["client_id"].as_str().unwrap().to_owned();
        let http = Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().unwrap();
        Self { place: place.into(), http, client_id, secret }
    }

    fn start(&self) -> Server {
        Server::start(&self.place, &["serve"])
    }

    /// The response, if there is one.
    async fn post(&self, at: &str, endpoint: &str, parameter: (&str, &str)) -> Option<(u16, Value)> {
        let form = [("client_id", self.client_id.as_str()), ("client_secret", &self.secret), parameter];
        let response = self.http.post(format!("{at}/oauth/v1/{endpoint}")).form(&form).send().await.ok()?;
        let status = response.status().as_u16();
        let body = response.bytes().await.ok()?;
        Some((status, serde_json::from_slice(&body).unwrap_or_default()))
    }

    async fn tokens(&self, at: &str, count: usize) -> Vec<String> {
        let mut tokens = Vec::new();
        for _ in 0..count {
            let (_, answer) = self.post(at, "token", ("grant_type", "client_credentials")).await.unwrap();
            tokens.push(answer["access_token"].as_str().unwrap().to_owned());
        }
        tokens
    }

    /// Whether the revocation was acknowledged.
    async fn revoke(&self, at: &str, token: &str) -> bool {
        self.post(at, "revoke", ("token", token)).await.is_some_and(|(status, _)| status == 200)
    }

    async fn is_active(&self, at: &str, token: &str) -> bool {
        self.post(at, "introspect", ("token", token)).await.unwrap().1["active"] == true
    }
}
