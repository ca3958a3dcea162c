//! `GetSessionActivity`: its result for known and unknown visitors, and for malformed ids.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tracing_subscriber::filter::LevelFilter;

use crate::site::Site;

#[tokio::test(flavor = "multi_thread")]
async fn the_tool_is_listed_with_its_argument_and_its_output_schema() {
    let site = Site::start().await;
    let listed = site.rpc(&site.token().await, &[], "tools/list", &json!({})).result();
    assert_eq!(listed["tools"].as_array().unwrap().len(), 1);
    let tool = &listed["tools"][0];
    assert_eq!(tool["name"], "GetSessionActivity");
    assert_eq!(tool["inputSchema"]["required"], json!(["visitorId"]));
    assert_eq!(tool["inputSchema"]["properties"]["visitorId"]["type"], "string");
    assert_eq!(tool["annotations"]["readOnlyHint"], true);
    let properties = tool["outputSchema"]["properties"].as_object().unwrap();
    for member in ["recentPages", "featuresUsed", "frustrationSignals"] {
        assert!(properties.contains_key(member), "{member}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_features_and_signals_are_returned_as_structured_content_and_as_text() {
    let site = Site::start().await;
    let result = site.call(&site.token().await, &[]).result();
    let activity = &result["structuredContent"];
    assert_eq!(result["isError"], false);
    assert_eq!(activity["recentPages"][0]["page"], "Reports: export settings");
    assert_eq!(activity["featuresUsed"][0]["feature"], "Export a report as CSV");
    assert_eq!(activity["featuresUsed"][0]["times"], 3);
    assert_eq!(activity["frustrationSignals"][2]["signal"], "rage clicks");
    let text: Value = serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(&text, activity);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_visitor_gets_an_empty_result_with_the_reason() {
    let site = Site::start().await;
    let result = site.call_tool(&site.token().await, &[], &json!({"visitorId": "visitor-9999"})).result();
    let empty = json!({
        "visitorId": "visitor-9999",
        "known": false,
        "summary": "No visitor with this id is recorded, so there is no activity to show.",
        "recentPages": [],
        "featuresUsed": [],
        "frustrationSignals": [],
    });
    assert_eq!((&result["isError"], &result["structuredContent"]), (&json!(false), &empty));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_or_missing_id_is_a_tool_error_that_says_what_to_send() {
    let site = Site::start().await;
    let token = site.token().await;
    for id in
        [json!(""), json!("two words"), json!("line\nbreak"), json!("x".repeat(256)), json!(7), json!(null)]
    {
        let result = site.call_tool(&token, &[], &json!({ "visitorId": id })).result();
        assert_eq!(result["isError"], true, "{id}");
        let message = result["content"][0]["text"].as_str().unwrap();
        assert!(
            message.starts_with("visitorId is missing or malformed: send the visitor's id"),
            "{id}: {message}"
        );
    }
    assert_eq!(site.call_tool(&token, &[], &json!({})).result()["isError"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_tool_is_a_protocol_error() {
    let site = Site::start().await;
    let answer =
        site.rpc(&site.token().await, &[], "tools/call", &json!({"name": "DropTables", "arguments": {}}));
    assert_eq!((answer.status, answer.json()["error"]["code"].clone()), (200, json!(-32602)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_has_the_asserted_visitor_and_the_account_but_not_the_token() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();
    let site = Site::start().await;
    let token = site.token().await;
    site.call_tool(&token, &[], &json!({"visitorId": "visitor-to-log"})).result();
    let log_text = log.text();
    let line = log_text.lines().find(|line| line.contains("visitor_id_asserted=visitor-to-log")).unwrap();
    assert!(line.contains(&format!("account=\"{}\"", site.account.client_id)), "{line}");
    assert!(!log_text.contains(&token), "the token is in the log");
}

/// The log of the whole process, including the lines of other tests.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
