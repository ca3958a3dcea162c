//! `GET /refusals/{error_id}` and `GET /refusals` on the operations listener: the true reasons of refusals.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use serde::Serialize;

use super::operations::Operations;
use crate::error_id::NodeTag;
use crate::extract::RefusalQuery;
use crate::refusals::Refused;
use crate::respond;

/// The latest refusals, newest first.
pub(crate) async fn refusals(State(operations): State<Operations>, RawQuery(query): RawQuery) -> Response {
    let gateway = &operations.gateway;
    let (node, region) = (gateway.tag(), gateway.server.settings().region.as_str());
    let wanted = match RefusalQuery::parse(query.as_deref().unwrap_or_default()) {
        Ok(wanted) => wanted,
        Err(invalid) => {
            let (reason, message) = (invalid.reason(), invalid.to_string());
            return respond::bad_refusal_query(&Unexplained {
                node: node.to_string(),
                region,
                reason,
                message,
            });
        }
    };
    let latest =
        gateway.refusals.latest(wanted.client_id.as_deref(), wanted.limit, gateway.server.monotonic());
    let explained = |refused| Explained { node: node.to_string(), region, refused };
    respond::explained(&latest.iter().map(|refused| explained(&**refused)).collect::<Vec<_>>())
}

pub(crate) async fn refusal(State(operations): State<Operations>, Path(error_id): Path<String>) -> Response {
    let gateway = &operations.gateway;
    let (node, region) = (gateway.tag(), gateway.server.settings().region.as_str());
    match gateway.refusals.find(&error_id, gateway.server.monotonic()) {
        Some(refused) => respond::explained(&Explained { node: node.to_string(), region, refused: &refused }),
        None => respond::unexplained(&Unexplained::new(node, region, &error_id)),
    }
}

#[derive(Serialize)]
struct Explained<'a> {
    node: String,
    region: &'a str,
    #[serde(flatten)]
    refused: &'a Refused,
}

/// Why a refusal is not known here.
#[derive(Serialize)]
struct Unexplained<'a> {
    node: String,
    region: &'a str,
    reason: &'static str,
    message: String,
}

impl<'a> Unexplained<'a> {
    fn new(node: &NodeTag, region: &'a str, error_id: &str) -> Self {
        let (reason, message) = match NodeTag::of(error_id) {
            None => ("no_error_id", "This is no error_id: one has a node's tag of 5 letters or digits, a hyphen and 11 more.".to_owned()),
            Some(tag) if &tag == node => (
                "forgotten",
                "The id begins with this node's tag, but the refusal is not kept: it is older than an hour, or 10,000 came after it, or the id is mistyped. Search the log for it.".to_owned(),
            ),
            Some(tag) => (
                "another_node",
                format!("The id was made by the node {tag}, and this one is {node}. Ask that node; a node that was started again has a new tag, and its refusals are in the log only."),
            ),
        };
        Self { node: node.to_string(), region, reason, message }
    }
}
