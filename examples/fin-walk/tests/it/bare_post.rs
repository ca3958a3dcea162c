//! Requests like those of Intercom's data connector: one POST with one JSON-RPC request, and any `Accept` header.

use serde_json::json;

use crate::site::Site;

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_call_without_a_session_gets_one_json_object_for_any_accept_header() {
    let site = Site::start().await;
    let token = site.token().await;
    for accept in [None, Some("*/*"), Some("application/json"), Some("text/html, image/gif")] {
        let headers: Vec<_> = accept.map(|accept| ("accept", accept)).into_iter().collect();
        let answer = site.call(&token, &headers);
        assert_eq!(answer.header("mcp-session-id"), "", "{accept:?}");
        assert_eq!(answer.result()["structuredContent"]["visitorId"], "visitor-1001", "{accept:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn initialize_is_answered_with_the_name_of_the_server() {
    let site = Site::start().await;
    let client = json!({"name": "test", "version": "1"});
    let params = json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client});
    let answer = site.rpc(&site.token().await, &[], "initialize", &params);
    let result = answer.result();
    assert_eq!(result["serverInfo"]["name"], "visitor-activity");
    assert_eq!(result["protocolVersion"], "2025-11-25");
    assert_eq!(answer.header("mcp-session-id"), "");
}
