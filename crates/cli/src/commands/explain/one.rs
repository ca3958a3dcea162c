//! `jeton explain ERROR_ID`: one refusal with all its details.

use jeton_server::NodeTag;
use reqwest::{StatusCode, Url};
use serde_json::Value;

use super::node::{self, Answer};
use crate::failure::Failure;
use crate::print::explanation;
use crate::print::output::OutputArgs;

/// Rejects a text that cannot be an error id, and names the options that may be meant.
pub(super) fn ensure_error_id(text: &str) -> Result<(), Failure> {
    if NodeTag::of(text).is_some() {
        return Ok(());
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    let is_plain = !text.is_empty() && !text.starts_with('-') && text.bytes().all(is_plain);
    let id = if is_plain { text } else { "ID" };
    Err(Failure::Usage(format!(
        "{text:?} is not an error id; an error id is the `error_id` in the body of a refusal, for example \
         4xKq2-1pVb8RtZ0cN. To list the latest refusals of an account, use `jeton explain --account {id}`; of all \
         callers, use --recent"
    )))
}

/// Queries the nodes in turn, and shows the answer of the first one that knows the refusal.
pub(super) async fn run(error_id: &str, nodes: Vec<Url>, output: OutputArgs) -> Result<(), Failure> {
    let (mut unknown, mut unreachable) = (Vec::new(), Vec::new());
    for node in nodes {
        let (status, body) = match node::ask(&node, &["refusals", error_id], &[]).await? {
            Answer::Response(status, body) => (status, body),
            Answer::Unreachable(reason) => {
                unreachable.push(format!("{node} {reason}"));
                continue;
            }
        };
        match (status, body.get("message").and_then(Value::as_str)) {
            (StatusCode::OK, _) if body.get("why").is_some() => return show(&node, body, output),
            (StatusCode::NOT_FOUND, Some(message)) => unknown.push(format!("{node}: {message}")),
            _ => unreachable.push(format!("{node} {}", node::not_an_operations_listener(status))),
        }
    }
    if unknown.is_empty() {
        return Err(node::none_reachable(&unreachable));
    }
    let answers: Vec<String> = unknown.into_iter().chain(unreachable).collect();
    Err(Failure::NotFound(format!(
        "none of the queried nodes knows {error_id}. {} Each node keeps its own refusals: query another one with \
         --node URL. To list the refusals of an account, use --account ID",
        answers.join(" ")
    )))
}

fn show(node: &Url, mut refused: Value, output: OutputArgs) -> Result<(), Failure> {
    let mut fields = vec![
        ("Refused".to_owned(), format!("{}, {} endpoint", text(&refused, "at"), text(&refused, "endpoint"))),
        ("Node".to_owned(), format!("{} in region {}", text(&refused, "node"), text(&refused, "region"))),
        ("Caller".to_owned(), caller(&refused)),
        ("Response".to_owned(), response(&refused)),
    ];
    fields.extend(explanation::fields(&refused));
    if let Some(members) = refused.as_object_mut() {
        members.insert("asked".to_owned(), node.as_str().into());
    }
    output.show_all(&refused, &fields)
}

fn caller(refused: &Value) -> String {
    let id = match refused.get("client_id").and_then(Value::as_str) {
        Some(id) => id.to_owned(),
        None => "no client id that may be shown".to_owned(),
    };
    let account = refused.get("account").filter(|account| account.is_object());
    let names =
        account.map(|account| format!(" ({}, tenant {})", text(account, "name"), text(account, "tenant")));
    let method = refused.get("authentication").and_then(Value::as_str).map(|method| format!(", {method}"));
    let address = refused.get("address").and_then(Value::as_str).map(|address| match address {
        "unknown" => ", from an unknown address".to_owned(),
        known => format!(", from {known}"),
    });
    [Some(id), names, method, address].into_iter().flatten().collect()
}

fn response(refused: &Value) -> String {
    let status = refused.get("status").and_then(Value::as_u64).unwrap_or_default();
    format!("{status} {}: {}", text(refused, "error"), text(refused, "error_description"))
}

/// The string in a member, or `unknown`.
pub(super) fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value.get(member).and_then(Value::as_str).unwrap_or("unknown")
}
