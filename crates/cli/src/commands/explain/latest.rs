//! `jeton explain --account` and `--recent`: a list of refusals, newest first, of all nodes that were asked.

use reqwest::{StatusCode, Url};
use serde_json::Value;

use super::node::{self, Answer};
use super::one::text;
use crate::failure::Failure;
use crate::output::{self, OutputArgs};

/// The latest refusals that the nodes keep, at most `last`: those of one client id, or all.
///
/// A node that does not answer is named on stderr; that none answers is a failure.
pub(super) async fn ask(nodes: &[Url], client_id: Option<&str>, last: u16) -> Result<Vec<Value>, Failure> {
    let limit = last.to_string();
    let query: Vec<(&str, &str)> =
        client_id.map(|id| ("client_id", id)).into_iter().chain([("limit", limit.as_str())]).collect();
    let (mut found, mut silent) = (Vec::new(), Vec::new());
    for node in nodes {
        match node::ask(node, &["refusals"], &query).await? {
            Answer::Said(StatusCode::OK, Value::Array(refusals)) => {
                found.extend(refusals.into_iter().map(|refused| asked(node, refused)));
            }
            Answer::Said(status, _) => silent.push(format!("{node} {}", node::is_none(status))),
            Answer::None(reason) => silent.push(format!("{node} {reason}")),
        }
    }
    if silent.len() == nodes.len() {
        return Err(node::silent(&silent));
    }
    for reason in silent {
        output::say(&format!("{reason}; its refusals are not listed"));
    }
    // Times are RFC 3339 in UTC, so that their texts sort as they do. Stable: a node's order within a second stays.
    found.sort_by(|one, other| text(other, "at").cmp(text(one, "at")));
    found.truncate(last.into());
    Ok(found)
}

/// Prints them; `jeton explain ERROR_ID` says more of each.
pub(super) fn show(found: &[Value], output: OutputArgs) -> Result<(), Failure> {
    output.list(found, &["AT", "ERROR ID", "CLIENT ID", "FROM", "TOLD", "REASON", "WHY"], |refused| {
        let status = refused.get("status").and_then(Value::as_u64).unwrap_or_default();
        let client_id = refused.get("client_id").and_then(Value::as_str).unwrap_or("-");
        vec![
            text(refused, "at").to_owned(),
            text(refused, "error_id").to_owned(),
            client_id.to_owned(),
            text(refused, "address").to_owned(),
            format!("{status} {}", text(refused, "error")),
            text(refused, "reason").to_owned(),
            text(refused, "why").to_owned(),
        ]
    })
}

fn asked(node: &Url, mut refused: Value) -> Value {
    if let Some(members) = refused.as_object_mut() {
        members.insert("asked".to_owned(), node.as_str().into());
    }
    refused
}
