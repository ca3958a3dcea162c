//! The scenarios of `@modelcontextprotocol/conformance` that apply to a server with one tool. They cannot send a token,
//! so a proxy adds it.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, HeaderValue};
use axum::response::Response;
use tokio::net::TcpListener;

use crate::site::{Site, node};

#[tokio::test(flavor = "multi_thread")]
async fn the_scenarios_for_a_tool_server_pass() {
    let site = Site::start().await;
    let url = add_token(&site, &site.token().await).await;
    let results = tempfile::tempdir().unwrap();
    for scenario in ["server-initialize", "ping", "tools-list", "dns-rebinding-protection"] {
        let mut conformance = node("node_modules/@modelcontextprotocol/conformance/dist/index.js");
        conformance.args(["server", "--url", &url, "--scenario", scenario, "-o"]).arg(results.path());
        let output = conformance.output().unwrap();
        let stdout = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{scenario}: {stdout}{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// Starts a local proxy that adds the token and changes nothing else. Returns the MCP URL of the proxy.
async fn add_token(site: &Site, token: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own = format!("http://{}/mcp/visitor/shttp", listener.local_addr().unwrap());
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let authorization = HeaderValue::from_str(&format!("Bearer {token}")).unwrap();
    let proxy = Router::new().fallback(forward).with_state((http, site.url.clone(), authorization));
    tokio::spawn(async move { axum::serve(listener, proxy).await });
    own
}

type ProxyState = (reqwest::Client, String, HeaderValue);

async fn forward(State((http, url, authorization)): State<ProxyState>, request: Request) -> Response {
    let (mut head, body) = request.into_parts();
    // `Host` and `Origin` must not change, because the scenarios test them.
    head.headers.insert(AUTHORIZATION, authorization);
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let request = http.request(head.method, url).headers(head.headers).body(body);
    axum::http::Response::from(request.send().await.unwrap()).map(Body::new)
}
