//! `jeton explain ERROR_ID`

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use clap::Args;
use jeton_server::NodeTag;
use reqwest::{StatusCode, Url};
use serde_json::Value;

use crate::command_line::Globals;
use crate::explanation;
use crate::failure::Failure;
use crate::http;
use crate::open::configuration;
use crate::output::OutputArgs;

/// Tell the true reason of a refusal, by the `error_id` that the caller was given
#[derive(Debug, Args)]
#[command(
    after_help = "Each node keeps its last 10,000 refusals for an hour, in memory. What is older is in its log.\n\
    docs/explain.md lists the reasons.\n\n\
    Examples:\n  jeton explain 4xKq2-1pVb8RtZ0cN\n  \
    jeton explain 4xKq2-1pVb8RtZ0cN \\\n    \
    --node http://10.0.0.5:8081 --node http://10.0.0.6:8081"
)]
pub(crate) struct Explain {
    /// The `error_id` of the answer
    error_id: String,
    /// A node's operations listener; may be repeated [default: the configuration's, on this machine]
    #[arg(long = "node", value_name = "URL")]
    nodes: Vec<Url>,
    #[command(flatten)]
    output: OutputArgs,
}

impl Explain {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        if NodeTag::of(&self.error_id).is_none() {
            return Err(Failure::Usage(format!(
                "{:?} is not an error_id; it is in the body of the refusal, such as 4xKq2-1pVb8RtZ0cN",
                self.error_id
            )));
        }
        let nodes = match self.nodes.as_slice() {
            [] => vec![configured_node(configuration(globals)?.config.listen.operations)?],
            named => named.to_vec(),
        };
        let (mut unknown, mut silent) = (Vec::new(), Vec::new());
        for node in nodes {
            match ask(&node, &self.error_id).await? {
                Answer::Known(refused) => return self.show(&node, refused),
                Answer::Unknown(message) => unknown.push(format!("{node} says: {message}")),
                Answer::None(reason) => silent.push(format!("{node} {reason}")),
            }
        }
        if unknown.is_empty() {
            let nobody = silent.join("; ");
            return Err(Failure::Failed(format!("{nobody}; is a node running there?")));
        }
        let answers: Vec<String> = unknown.into_iter().chain(silent).collect();
        Err(Failure::NotFound(format!(
            "no node that was asked knows {}. {} Each node keeps its own refusals: name another with --node URL",
            self.error_id,
            answers.join(" ")
        )))
    }

    fn show(&self, node: &Url, mut refused: Value) -> Result<(), Failure> {
        let mut fields = vec![
            (
                "Refused".to_owned(),
                format!("{}, {} endpoint", text(&refused, "at"), text(&refused, "endpoint")),
            ),
            ("Node".to_owned(), format!("{} in region {}", text(&refused, "node"), text(&refused, "region"))),
            ("Caller".to_owned(), caller(&refused)),
            ("Told".to_owned(), told(&refused)),
        ];
        fields.extend(explanation::fields(&refused));
        if let Some(members) = refused.as_object_mut() {
            members.insert("asked".to_owned(), node.as_str().into());
        }
        self.output.show_all(&refused, &fields)
    }
}

/// What a node had to say.
enum Answer {
    Known(Value),
    /// It is a node, and says why it does not know.
    Unknown(String),
    /// It is none, or does not answer.
    None(String),
}

async fn ask(node: &Url, error_id: &str) -> Result<Answer, Failure> {
    let mut url = node.clone();
    match url.path_segments_mut() {
        Ok(mut segments) => segments.pop_if_empty().extend(["refusals", error_id]),
        Err(()) => return Err(Failure::Usage(format!("{node} is not a node's URL; write http://HOST:PORT"))),
    };
    let response = match http::client(&url, PATIENCE)?.get(url).send().await {
        Ok(response) => response,
        Err(error) => return Ok(Answer::None(format!("does not answer ({})", http::root_cause(&error)))),
    };
    let status = response.status();
    let body = response.json::<Value>().await.unwrap_or_default();
    Ok(match (status, body.get("message").and_then(Value::as_str)) {
        (StatusCode::OK, _) if body.get("why").is_some() => Answer::Known(body),
        (StatusCode::NOT_FOUND, Some(message)) => Answer::Unknown(message.to_owned()),
        _ => Answer::None(format!("answered {status}, as no operations listener does")),
    })
}

/// Where a node of this configuration is reached from this machine.
fn configured_node(operations: SocketAddr) -> Result<Url, Failure> {
    let address = match operations.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
        named => named,
    };
    let url = format!("http://{}", SocketAddr::new(address, operations.port()));
    url.parse().ok().filter(|_| operations.port() != 0).ok_or_else(|| {
        Failure::Usage(
            "`listen.operations` has no port of its own to ask at; name the node with --node URL".to_owned(),
        )
    })
}

fn caller(refused: &Value) -> String {
    let id = match refused.get("client_id").and_then(Value::as_str) {
        Some(id) => id.to_owned(),
        None => "without an id that could be shown".to_owned(),
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

fn told(refused: &Value) -> String {
    let status = refused.get("status").and_then(Value::as_u64).unwrap_or_default();
    format!("{status} {}: {}", text(refused, "error"), text(refused, "error_description"))
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value.get(member).and_then(Value::as_str).unwrap_or("unknown")
}

const PATIENCE: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_that_listens_everywhere_is_asked_at_loopback() {
        for (listens, asked) in [
            ("0.0.0.0:8081", "http://127.0.0.1:8081/"),
            ("[::]:8081", "http://[::1]:8081/"),
            ("10.0.0.5:8081", "http://10.0.0.5:8081/"),
        ] {
            assert_eq!(configured_node(listens.parse().unwrap()).unwrap().as_str(), asked);
        }
        assert!(configured_node("127.0.0.1:0".parse().unwrap()).is_err());
    }
}
