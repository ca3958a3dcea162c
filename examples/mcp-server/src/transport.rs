//! MCP over streamable HTTP, without sessions: each POST is independent and is answered with one JSON object.
//!
//! Decides which hosts and origins are accepted. Must not know the caller.

use axum::extract::Request;
use axum::http::header::ACCEPT;
use axum::http::{HeaderValue, Uri};
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};

use crate::store::Store;
use crate::tools::Tools;

/// The service that answers at [`crate::PATH`].
pub(crate) fn service(store: Store, allowed: Allowed) -> StreamableHttpService<Tools, NeverSessionManager> {
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_allowed_hosts(allowed.hosts)
        .with_allowed_origins(allowed.origins)
        // Without this, an empty list would accept every origin.
        .enforce_origin_validation();
    StreamableHttpService::new(
        move || Ok(Tools::new(store.clone())),
        NeverSessionManager::default().into(),
        config,
    )
}

/// Sets an `Accept` header with both content types of MCP, because the transport requires both. Intercom's data
/// connector sends one or none, and gets JSON in any case.
pub(crate) async fn accept_both(mut request: Request) -> Request {
    request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/json, text/event-stream"));
    request
}

/// The accepted `Host` and `Origin` headers (protection against DNS rebinding, MCP "Security").
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Allowed {
    /// Values of `Host`, with or without a port.
    pub(crate) hosts: Vec<String>,
    /// Values of `Origin`, which browsers send: with scheme and port, or `:*` for any port.
    pub(crate) origins: Vec<String>,
}

impl Allowed {
    /// The host and origin of the server. For a loopback server, all loopback names.
    pub(crate) fn of(resource: &Uri) -> Self {
        let host = resource.host().unwrap_or_default().to_owned();
        if LOOPBACK.contains(&host.as_str()) {
            return Self {
                hosts: LOOPBACK.map(str::to_owned).into(),
                origins: LOOPBACK.map(|host| format!("http://{host}:*")).into(),
            };
        }
        let scheme = resource.scheme_str().unwrap_or("https");
        let port = resource.port_u16().unwrap_or(if scheme == "http" { 80 } else { 443 });
        Self { origins: vec![format!("{scheme}://{host}:{port}")], hosts: vec![host] }
    }
}

const LOOPBACK: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_server_accepts_only_its_own_name() {
        let allowed = Allowed::of(&Uri::from_static("https://mcp.example.com/mcp/visitor/shttp"));
        assert_eq!(allowed.hosts, ["mcp.example.com"]);
        assert_eq!(allowed.origins, ["https://mcp.example.com:443"]);
    }

    #[test]
    fn a_loopback_server_accepts_every_loopback_name() {
        let allowed = Allowed::of(&Uri::from_static("http://127.0.0.1:8090/mcp/visitor/shttp"));
        assert_eq!(allowed.hosts, LOOPBACK);
        assert_eq!(allowed.origins, ["http://127.0.0.1:*", "http://localhost:*", "http://[::1]:*"]);
    }
}
