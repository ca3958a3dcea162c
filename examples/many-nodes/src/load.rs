//! Clients that request tokens as fast as they get them, and a count of the responses.

use std::collections::BTreeMap;
use std::fmt;

use reqwest::{Client, StatusCode};
use serde::Deserialize;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::WalkError;

/// The part of the output of `jeton account create` that a client needs.
#[derive(Clone, Deserialize)]
pub(crate) struct Account {
    pub(crate) client_id: String,
    client_secret: String,
}

/// Requests a token at the URL of a node or the proxy. Returns the status; 200 only with a token.
///
/// # Errors
/// If there is no response.
pub(crate) async fn request_token(
    http: &Client,
    url: &str,
    account: &Account,
) -> Result<StatusCode, reqwest::Error> {
    let answer = send(http, url, account).await?;
    let status = answer.status();
    if status != StatusCode::OK {
        return Ok(status);
    }
    let body: serde_json::Value = answer.json().await?;
    Ok(if body["access_token"].is_string() { status } else { StatusCode::NO_CONTENT })
}

/// Requests a token, and returns the response as it is.
///
/// # Errors
/// If there is no response.
pub(crate) async fn send(
    http: &Client,
    url: &str,
    account: &Account,
) -> Result<reqwest::Response, reqwest::Error> {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", &account.client_id),
        ("client_secret", &account.client_secret),
    ];
    http.post(format!("{url}/oauth/v1/token")).form(&form).send().await
}

/// Requests a token that is used later.
///
/// # Errors
/// [`WalkError::Claim`] if there is no token in the response.
pub(crate) async fn fetch_token(http: &Client, url: &str, account: &Account) -> Result<String, WalkError> {
    let answer = send(http, url, account).await.map_err(WalkError::http("requesting a token"))?;
    let status = answer.status();
    let body: serde_json::Value = answer.json().await.map_err(WalkError::http("requesting a token"))?;
    let token = body["access_token"].as_str().map(ToOwned::to_owned);
    token.ok_or_else(|| WalkError::Claim(format!("a client gets a token; it got {status}")))
}

/// Whether a token is active (RFC 7662).
///
/// # Errors
/// If there is no response.
pub(crate) async fn is_active(
    http: &Client,
    url: &str,
    api: &Account,
    token: &str,
) -> Result<bool, WalkError> {
    let form =
        [("client_id", api.client_id.as_str()), ("client_secret", &api.client_secret), ("token", token)];
    let failed = "introspecting a token";
    let answer = http.post(format!("{url}/oauth/v1/introspect")).form(&form).send().await;
    let body: serde_json::Value =
        answer.map_err(WalkError::http(failed))?.json().await.map_err(WalkError::http(failed))?;
    Ok(body["active"] == true)
}

/// A client for servers on this machine. It ignores proxies of the environment.
pub(crate) fn http() -> Result<Client, WalkError> {
    Client::builder().no_proxy().build().map_err(WalkError::http("cannot create the HTTP client"))
}

/// Clients at work.
pub(crate) struct Load {
    stop: watch::Sender<bool>,
    clients: Vec<JoinHandle<Outcomes>>,
}

impl Load {
    /// Starts one client for each account.
    pub(crate) fn start(http: &Client, url: &str, accounts: &[Account]) -> Self {
        let (stop, stopped) = watch::channel(false);
        let client = |account: &Account| {
            let (http, url, account, stopped) =
                (http.clone(), url.to_owned(), account.clone(), stopped.clone());
            tokio::spawn(async move {
                let mut outcomes = Outcomes::default();
                while !*stopped.borrow() {
                    outcomes.add(request_token(&http, &url, &account).await);
                }
                outcomes
            })
        };
        Self { clients: accounts.iter().map(client).collect(), stop }
    }

    /// Stops the clients after their current request.
    pub(crate) async fn stop(self) -> Outcomes {
        let _ = self.stop.send(true);
        let mut all = Outcomes::default();
        for client in self.clients {
            match client.await {
                Ok(outcomes) => all.merge(outcomes),
                Err(error) => all.add_failure(error.to_string()),
            }
        }
        all
    }
}

/// The statuses of all responses, and the requests without one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcomes(BTreeMap<String, usize>);

impl Outcomes {
    fn add(&mut self, outcome: Result<StatusCode, reqwest::Error>) {
        match outcome {
            Ok(status) => *self.0.entry(status.as_u16().to_string()).or_default() += 1,
            Err(error) => self.add_failure(error.to_string()),
        }
    }

    fn add_failure(&mut self, error: String) {
        *self.0.entry(error).or_default() += 1;
    }

    fn merge(&mut self, other: Self) {
        for (outcome, count) in other.0 {
            *self.0.entry(outcome).or_default() += count;
        }
    }

    /// The number of tokens.
    ///
    /// # Errors
    /// [`WalkError::Claim`] if a request had another outcome, or there was none.
    pub(crate) fn all_tokens(&self) -> Result<usize, WalkError> {
        match (self.0.len(), self.0.get("200")) {
            (1, Some(count)) => Ok(*count),
            _ => Err(WalkError::Claim(format!("each client gets tokens all the time; they got {self}"))),
        }
    }
}

impl fmt::Display for Outcomes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<_> =
            self.0.iter().map(|(outcome, count)| format!("{count} times {outcome}")).collect();
        f.write_str(if parts.is_empty() { "no response".to_owned() } else { parts.join(", ") }.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes(all: &[(&str, usize)]) -> Outcomes {
        Outcomes(all.iter().map(|(outcome, count)| ((*outcome).to_owned(), *count)).collect())
    }

    #[test]
    fn one_refusal_among_many_tokens_fails_the_claim() {
        assert_eq!(outcomes(&[("200", 7)]).all_tokens().unwrap(), 7);
        for bad in
            [&[("200", 7), ("401", 1)][..], &[("503", 1)], &[("200", 7), ("connection closed", 1)], &[]]
        {
            let error = outcomes(bad).all_tokens().unwrap_err().to_string();
            assert!(bad.iter().all(|(outcome, _)| error.contains(outcome)), "{error}");
        }
    }
}
