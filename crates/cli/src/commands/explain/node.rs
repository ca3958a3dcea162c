//! Asking a node at its operations listener. Must not know what the answers mean.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::{StatusCode, Url};
use serde_json::Value;

use crate::failure::Failure;
use crate::http;

/// What a node had to say.
pub(super) enum Answer {
    /// A status and a JSON document.
    Said(StatusCode, Value),
    /// It does not answer.
    None(String),
}

/// The node's answer to `GET` of a path and a query.
pub(super) async fn ask(node: &Url, path: &[&str], query: &[(&str, &str)]) -> Result<Answer, Failure> {
    let mut url = node.clone();
    match url.path_segments_mut() {
        Ok(mut segments) => segments.pop_if_empty().extend(path),
        Err(()) => return Err(Failure::Usage(format!("{node} is not a node's URL; write http://HOST:PORT"))),
    };
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    let response = match http::client(&url, PATIENCE)?.get(url).send().await {
        Ok(response) => response,
        Err(error) => return Ok(Answer::None(format!("does not answer ({})", http::root_cause(&error)))),
    };
    let status = response.status();
    Ok(Answer::Said(status, response.json::<Value>().await.unwrap_or_default()))
}

/// What is said of an answer that no operations listener gives.
pub(super) fn is_none(status: StatusCode) -> String {
    format!("answered {status}, as no operations listener does")
}

/// That not one of the nodes answered.
pub(super) fn silent(reasons: &[String]) -> Failure {
    Failure::Failed(format!("{}; is a node running there?", reasons.join("; ")))
}

/// Where a node of this configuration is reached from this machine.
pub(super) fn configured(operations: SocketAddr) -> Result<Url, Failure> {
    let address = match operations.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        named => named,
    };
    let url = format!("http://{}", SocketAddr::new(address, operations.port()));
    url.parse().ok().filter(|_| operations.port() != 0).ok_or_else(|| {
        Failure::Usage(
            "`listen.operations` has no port of its own to ask at; name the node with --node URL".to_owned(),
        )
    })
}

const PATIENCE: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_that_listens_everywhere_is_asked_at_loopback() {
        for (listens, asked) in [
            ("0.0.0.0:8081", "http://127.0.0.1:8081/"),
            ("[::]:8081", "http://[::1]:8081/"),
            ("10.0.0.5:8081", "http://10.0.0.5:8081/"),
        ] {
            assert_eq!(configured(listens.parse().unwrap()).unwrap().as_str(), asked);
        }
        assert!(configured("127.0.0.1:0".parse().unwrap()).is_err());
    }
}
