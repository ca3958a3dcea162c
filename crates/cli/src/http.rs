//! The HTTP client of every command that calls a server. Must not know what the commands request.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::{Client, Url, redirect::Policy};

use crate::failure::Failure;

/// A client for this URL alone. It follows no redirects, because requests and responses are for that server only, and
/// it uses no proxy for this machine.
pub(crate) fn client(url: &Url, timeout: Duration) -> Result<Client, Failure> {
    let builder = Client::builder()
        .user_agent(concat!("jeton/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .timeout(timeout);
    let builder = if is_loopback(url) { builder.no_proxy() } else { builder };
    builder.build().map_err(|error| Failure::Failed(format!("cannot create an HTTP client ({error})")))
}

/// Whether the URL points to this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// The innermost cause of a failed request.
pub(crate) fn root_cause(error: &reqwest::Error) -> String {
    let mut reason: &dyn std::error::Error = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    reason.to_string()
}
