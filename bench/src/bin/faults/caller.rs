//! A client of one node.

use std::time::Duration;

use jeton_bench::Error;
use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use tokio::time::Instant;

use crate::accounts::Account;
use crate::node::NodeAddress;
use crate::sample::{Answer, Kind, Outcome, Sample, Samples};

/// A client that keeps its connection to a node. Each of its requests is a sample.
#[derive(Clone)]
pub(crate) struct Caller {
    http: Client,
    address: NodeAddress,
    pub(crate) node: usize,
    samples: Samples,
}

impl Caller {
    pub(crate) fn new(node: usize, address: NodeAddress, samples: Samples) -> Result<Self, Error> {
        let http = Client::builder().no_proxy().timeout(LONGEST).pool_max_idle_per_host(1).build()?;
        Ok(Self { http, address, node, samples })
    }

    /// Requests a token. `None` if it is refused.
    pub(crate) async fn token(&self, kind: Kind, account: &Account) -> Option<String> {
        let answer = self.token_answer(kind, account, &account.secret).await?;
        answer.body["access_token"].as_str().map(str::to_owned)
    }

    /// The answer to a token request with this secret. `None` if the connection broke.
    pub(crate) async fn token_answer(&self, kind: Kind, account: &Account, secret: &str) -> Option<Answer> {
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", &account.client_id),
            ("client_secret", secret),
        ];
        self.post(kind, "token", &form).await
    }

    /// Introspects a token. `None` without an answer that says whether it is active.
    pub(crate) async fn introspect(&self, kind: Kind, account: &Account, token: &str) -> Option<bool> {
        let answer = self.post(kind, "introspect", &with_token(account, token)).await?;
        answer.body["active"].as_bool().filter(|_| answer.status == 200)
    }

    /// Revokes a token of the account. Returns whether that was acknowledged.
    pub(crate) async fn revoke(&self, account: &Account, token: &str) -> bool {
        let answer = self.post(Kind::Revocation, "revoke", &with_token(account, token)).await;
        answer.is_some_and(|answer| answer.status == 200)
    }

    /// The JWK Set.
    pub(crate) async fn keys(&self) -> Option<Value> {
        let request = self.http.get(format!("{}/oauth/v1/jwks", self.address.urls().public));
        let answer = self.send(Kind::Keys, request).await?;
        Some(answer.body).filter(|_| answer.status == 200)
    }

    /// Whether the node is ready.
    pub(crate) async fn is_ready(&self) -> bool {
        let request = self.http.get(format!("{}/readyz", self.address.urls().operations));
        self.send(Kind::Readiness, request).await.is_some_and(|answer| answer.status == 200)
    }

    async fn post(&self, kind: Kind, endpoint: &str, form: &[(&str, &str)]) -> Option<Answer> {
        let url = format!("{}/oauth/v1/{endpoint}", self.address.urls().public);
        self.send(kind, self.http.post(url).form(form)).await
    }

    async fn send(&self, kind: Kind, request: RequestBuilder) -> Option<Answer> {
        let sent = Instant::now();
        let answer = read(request).await.ok();
        let outcome = answer.as_ref().map_or(Outcome::NoAnswer, |answer| Outcome::of(kind, answer));
        self.samples.add(Sample { kind, node: self.node, sent, elapsed: sent.elapsed(), outcome });
        answer
    }
}

fn with_token<'a>(account: &'a Account, token: &'a str) -> [(&'static str, &'a str); 3] {
    [("client_id", &account.client_id), ("client_secret", &account.secret), ("token", token)]
}

async fn read(request: RequestBuilder) -> Result<Answer, reqwest::Error> {
    let response = request.send().await?;
    let status = response.status().as_u16();
    let has_retry_after = response.headers().contains_key("retry-after");
    let body = serde_json::from_slice(&response.bytes().await?).unwrap_or_default();
    Ok(Answer { status, has_retry_after, body })
}

/// Far longer than any promise: a request that has no answer after it counts as lost.
const LONGEST: Duration = Duration::from_secs(30);
