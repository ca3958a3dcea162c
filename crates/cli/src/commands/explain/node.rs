//! Requests to a node's operations listener. Must not know what the responses mean.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::{StatusCode, Url};
use serde_json::Value;

use crate::failure::Failure;
use crate::http;

/// The result of a request to a node.
pub(super) enum Answer {
    /// A status and a JSON document.
    Response(StatusCode, Value),
    /// No response, with the reason.
    Unreachable(String),
}

/// Sends `GET` with a path and a query to the node.
pub(super) async fn ask(node: &Url, path: &[&str], query: &[(&str, &str)]) -> Result<Answer, Failure> {
    let mut url = node.clone();
    match url.path_segments_mut() {
        Ok(mut segments) => segments.pop_if_empty().extend(path),
        Err(()) => {
            return Err(Failure::Usage(format!("{node} is not the URL of a node; use http://HOST:PORT")));
        }
    };
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    let response = match http::client(&url, TIMEOUT)?.get(url).send().await {
        Ok(response) => response,
        Err(error) => {
            return Ok(Answer::Unreachable(format!("does not answer ({})", http::root_cause(&error))));
        }
    };
    let status = response.status();
    Ok(Answer::Response(status, response.json::<Value>().await.unwrap_or_default()))
}

/// The reason for a response that cannot come from an operations listener.
pub(super) fn not_an_operations_listener(status: StatusCode) -> String {
    format!("answered {status}, so it is not an operations listener")
}

/// The error if no node answered.
pub(super) fn none_reachable(reasons: &[String]) -> Failure {
    Failure::Failed(format!("{}; is a node running there?", reasons.join("; ")))
}

/// The URL at which a node of this configuration can be reached from this machine.
pub(super) fn configured(operations: SocketAddr) -> Result<Url, Failure> {
    let address = match operations.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        named => named,
    };
    let url = format!("http://{}", SocketAddr::new(address, operations.port()));
    url.parse().ok().filter(|_| operations.port() != 0).ok_or_else(|| {
        Failure::Usage(
            "`listen.operations` has port 0, so the port of the node is unknown; add --node URL".to_owned(),
        )
    })
}

const TIMEOUT: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_that_listens_on_all_addresses_is_queried_on_loopback() {
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
