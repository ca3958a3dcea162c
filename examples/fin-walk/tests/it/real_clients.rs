//! Third-party MCP clients. Each gets the MCP URL and the credentials of an account, and discovers everything else.

use std::process::Command;

use jeton_example_fin_walk::Account;
use rmcp::ServiceExt as _;
use rmcp::model::CallToolRequestParams;
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::auth::{AuthClient, ClientCredentialsConfig, OAuthState};
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use serde_json::{Value, json};

use crate::site::{Site, VISITOR, go, node, python, run_client};

#[tokio::test(flavor = "multi_thread")]
async fn the_typescript_sdk_discovers_everything_and_calls_the_tool() {
    let site = Site::start().await;
    for package in ["sdk", "client"] {
        assert_calls_the_tool(&site, || {
            let mut command = node("mcp-client.mjs");
            command.arg(package);
            command
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_python_sdk_discovers_everything_and_calls_the_tool() {
    assert_calls_the_tool(&Site::start().await, || python("mcp_client.py"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_go_sdk_discovers_everything_and_calls_the_tool() {
    assert_calls_the_tool(&Site::start().await, go);
}

#[tokio::test(flavor = "multi_thread")]
async fn mcp_remote_calls_the_tool_with_a_token_endpoint_but_not_with_discovery() {
    let site = Site::start().await;
    let Account { client_id, client_secret, token_endpoint } = &site.account;
    let run = |more: &[&String]| {
        let mut command = node("mcp-remote.mjs");
        command.args([&site.url, client_id]).args(more);
        run_client(command, client_secret)
    };
    let expected = json!({
        "tools": ["GetSessionActivity"],
        "summary": "5 recent pages, 2 features and 3 frustration signals are recorded.",
    });
    assert_eq!(run(&[token_endpoint]), expected);
    // The reason that docs/protect-an-mcp-server.md gives.
    let failure = run(&[]);
    assert!(failure["stderr"].as_str().unwrap().contains("does not support response type code"), "{failure}");
}

/// Runs the client once with only the URL, and once with the expected issuer, which must match exactly.
#[track_caller]
fn assert_calls_the_tool(site: &Site, client: impl Fn() -> Command) {
    let expected = json!({
        "server": "visitor-activity",
        "tools": ["GetSessionActivity"],
        "summary": "5 recent pages, 2 features and 3 frustration signals are recorded.",
        "malformed": true,
        "scope": "read:me",
    });
    let Account { client_id, client_secret, .. } = &site.account;
    for issuer in [None, Some(site.jeton.issuer())] {
        let mut command = client();
        command.args([&site.url, client_id]).args(issuer);
        assert_eq!(run_client(command, client_secret), expected, "{issuer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rmcp_s_client_discovers_everything_and_calls_the_tool() {
    let site = Site::start().await;
    let mut oauth = OAuthState::new(&site.url, None).await.unwrap();
    let credentials = ClientCredentialsConfig::ClientSecret {
        client_id: site.account.client_id.clone(),
        client_secret: site.account.client_secret.clone(),
        scopes: Vec::new(),
        resource: Some(site.url.clone()),
    };
    oauth.authenticate_client_credentials(credentials).await.unwrap();
    let http = AuthClient::new(reqwest::Client::new(), oauth.into_authorization_manager().unwrap());
    let config = StreamableHttpClientTransportConfig::with_uri(site.url.clone());
    let client = ().serve(StreamableHttpClientTransport::with_client(http, config)).await.unwrap();

    let tools = client.list_all_tools().await.unwrap();
    assert_eq!(tools[0].name, "GetSessionActivity");
    let Value::Object(arguments) = json!({ "visitorId": VISITOR }) else { unreachable!() };
    let call = CallToolRequestParams::new("GetSessionActivity").with_arguments(arguments);
    let activity = client.call_tool(call).await.unwrap().structured_content.unwrap();
    assert_eq!(activity["visitorId"], VISITOR);
    client.cancel().await.unwrap();
}
