//! A configurable issuer, a test clock, and an API to protect.

mod api;
mod clock;
mod issuer;
mod key;

pub(crate) use api::{Answer, api, ask, call, get};
pub(crate) use clock::TestClock;
pub(crate) use issuer::TestIssuer;
pub(crate) use key::{TestKey, encode};

use std::sync::Arc;
use std::time::Duration;

use jeton_resource::{Validator, ValidatorBuilder};
use serde_json::{Value, json};

/// The protected resource.
pub(crate) const API: &str = "https://api.example.com/things";

/// An issuer with one key, and a shared clock.
pub(crate) struct Scene {
    pub(crate) issuer: TestIssuer,
    pub(crate) key: TestKey,
    pub(crate) clock: Arc<TestClock>,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        let (issuer, key) = (TestIssuer::start().await, TestKey::new("first"));
        issuer.publish(&[&key]);
        Self { issuer, key, clock: Arc::default() }
    }

    pub(crate) fn builder(&self) -> ValidatorBuilder {
        Validator::builder(&self.issuer.url, API).clock(Arc::clone(&self.clock) as Arc<_>)
    }

    pub(crate) fn validator(&self) -> Validator {
        self.builder().build().unwrap()
    }

    /// The claims of a valid token.
    pub(crate) fn claims(&self) -> Value {
        let now = self.clock.unix();
        json!({
            "iss": self.issuer.url, "aud": API, "sub": "client", "client_id": "client", "iat": now,
            "exp": now + 3600, "jti": "token", "scope": "read:me write:me",
        })
    }

    /// The claims with changed members; `null` removes a member.
    pub(crate) fn claims_with(&self, changes: Value) -> Value {
        merged(self.claims(), changes)
    }

    pub(crate) fn token(&self) -> String {
        self.key.sign(&self.claims())
    }

    pub(crate) fn token_with(&self, changes: Value) -> String {
        self.key.sign(&self.claims_with(changes))
    }
}

pub(crate) fn merged(mut whole: Value, changes: Value) -> Value {
    let members = whole.as_object_mut().unwrap();
    let Value::Object(changes) = changes else { panic!("no object: {changes}") };
    for (name, value) in changes {
        match value {
            Value::Null => drop(members.remove(&name)),
            value => drop(members.insert(name, value)),
        }
    }
    whole
}

/// Waits for a background event, and panics if it does not happen.
pub(crate) async fn eventually(what: &str, mut happened: impl FnMut() -> bool) {
    for _ in 0..500 {
        if happened() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("did not happen: {what}");
}
