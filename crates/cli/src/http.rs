//! Asking a server over HTTP: one client for every command that does. Must not know what is asked.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::{Client, Url, redirect::Policy};

use crate::failure::Failure;

/// A client for this URL alone: it follows no redirect, since what it sends or hears is for that server, and uses no
/// proxy to reach this machine.
pub(crate) fn client(url: &Url, patience: Duration) -> Result<Client, Failure> {
    let builder = Client::builder()
        .user_agent(concat!("jeton/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .timeout(patience);
    let builder = if is_loopback(url) { builder.no_proxy() } else { builder };
    builder.build().map_err(|error| Failure::Failed(format!("no HTTP client can be made ({error})")))
}

/// Whether the URL is of this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// Why nothing came back, without the layers around it.
pub(crate) fn root_cause(error: &reqwest::Error) -> String {
    let mut reason: &dyn std::error::Error = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    reason.to_string()
}
