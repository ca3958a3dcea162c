//! `GET /refusals/{error_id}` on the operations listener: the true reason of a refusal.

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;

use super::operations::Operations;
use crate::error_id::NodeTag;
use crate::refusals::Refused;
use crate::respond;

pub(crate) async fn refusal(State(operations): State<Operations>, Path(error_id): Path<String>) -> Response {
    let gateway = &operations.gateway;
    let (node, region) = (gateway.tag(), gateway.server.settings().region.as_str());
    match gateway.refusals.find(&error_id, gateway.server.monotonic()) {
        Some(refused) => respond::explained(&Explained { node: node.to_string(), region, refused }),
        None => respond::unexplained(&Unexplained::new(node, region, &error_id)),
    }
}

#[derive(Serialize)]
struct Explained<'a> {
    node: String,
    region: &'a str,
    #[serde(flatten)]
    refused: Refused,
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
            None => ("no_error_id", "This is no error_id: one has a node's tag, a hyphen and 11 letters or digits.".to_owned()),
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
