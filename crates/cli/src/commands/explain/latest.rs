//! `jeton explain --account` and `--recent`: lists the refusals of all queried nodes, newest first.

use reqwest::{StatusCode, Url};
use serde_json::Value;

use super::node::{self, Answer};
use super::one::text;
use crate::failure::Failure;
use crate::print::output;
use crate::print::output::OutputArgs;

/// The latest refusals that the nodes keep, at most `last`: those of one client id, or all.
///
/// A node that does not answer is named on stderr. If no node answers, the command fails.
pub(super) async fn ask(nodes: &[Url], client_id: Option<&str>, last: u16) -> Result<Vec<Value>, Failure> {
    let limit = last.to_string();
    let query: Vec<(&str, &str)> =
        client_id.map(|id| ("client_id", id)).into_iter().chain([("limit", limit.as_str())]).collect();
    let (mut found, mut unreachable) = (Vec::new(), Vec::new());
    for node in nodes {
        match node::ask(node, &["refusals"], &query).await? {
            Answer::Response(StatusCode::OK, Value::Array(refusals)) => {
                found.extend(refusals.into_iter().map(|refused| asked(node, refused)));
            }
            Answer::Response(status, _) => {
                unreachable.push(format!("{node} {}", node::not_an_operations_listener(status)));
            }
            Answer::Unreachable(reason) => unreachable.push(format!("{node} {reason}")),
        }
    }
    if unreachable.len() == nodes.len() {
        return Err(node::none_reachable(&unreachable));
    }
    for reason in unreachable {
        output::say(&format!("{reason}; its refusals are not listed"));
    }
    // RFC 3339 times in UTC sort correctly as texts. The sort is stable and keeps a node's order within a second.
    found.sort_by(|one, other| text(other, "at").cmp(text(one, "at")));
    found.truncate(last.into());
    Ok(found)
}

/// Prints the list; `jeton explain ERROR_ID` shows the details of each refusal.
pub(super) fn show(found: &[Value], output: OutputArgs) -> Result<(), Failure> {
    output.list(found, &["AT", "ERROR ID", "CLIENT ID", "FROM", "RESPONSE", "REASON", "WHY"], |refused| {
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
