//! `GET /refusals/{error_id}` and `GET /refusals` on the operations listener: the reasons of refusals.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use jeton_core::model::Timestamp;
use serde::Serialize;

use super::operations::Operations;
use crate::oauth::error_id::NodeTag;
use crate::oauth::extract::RefusalQuery;
use crate::oauth::respond;
use crate::operations::refusals::{MAX_AGE, RecordedRefusal};

/// The latest refusals, newest first.
pub(crate) async fn refusals(State(operations): State<Operations>, RawQuery(query): RawQuery) -> Response {
    let gateway = &operations.gateway;
    let (node, region) = (gateway.tag(), gateway.server.settings().region.as_str());
    let wanted = match RefusalQuery::parse(query.as_deref().unwrap_or_default()) {
        Ok(wanted) => wanted,
        Err(invalid) => {
            let (reason, message) = (invalid.reason(), invalid.to_string());
            return respond::invalid_refusal_query(&LookupError {
                node: node.to_string(),
                region,
                reason,
                message,
            });
        }
    };
    let latest =
        gateway.refusals.latest(wanted.client_id.as_deref(), wanted.limit, gateway.server.monotonic());
    let details = |refusal| RefusalDetails { node: node.to_string(), region, refusal };
    respond::refusal_details(&latest.iter().map(|refusal| details(&**refusal)).collect::<Vec<_>>())
}

pub(crate) async fn refusal(State(operations): State<Operations>, Path(error_id): Path<String>) -> Response {
    let gateway = &operations.gateway;
    let (node, region) = (gateway.tag(), gateway.server.settings().region.as_str());
    let now = gateway.server.monotonic();
    let Some(refusal) = gateway.refusals.find(&error_id, now) else {
        let left_out = gateway.refusal_sampler.last_left_out(MAX_AGE, now);
        return respond::refusal_not_found(&LookupError::not_found(node, region, &error_id, left_out));
    };
    respond::refusal_details(&RefusalDetails { node: node.to_string(), region, refusal: &refusal })
}

#[derive(Serialize)]
struct RefusalDetails<'a> {
    node: String,
    region: &'a str,
    #[serde(flatten)]
    refusal: &'a RecordedRefusal,
}

/// Why no refusal can be shown.
#[derive(Serialize)]
struct LookupError<'a> {
    node: String,
    region: &'a str,
    reason: &'static str,
    message: String,
}

impl<'a> LookupError<'a> {
    /// `left_out` is when a refusal was last left out of memory.
    fn not_found(node: &NodeTag, region: &'a str, error_id: &str, left_out: Option<Timestamp>) -> Self {
        let (reason, message) = match NodeTag::of(error_id) {
            None => ("no_error_id", "This is not an error_id. An error_id is a node tag of 5 letters or digits, a hyphen, and 11 more letters or digits.".to_owned()),
            Some(tag) if &tag == node => ("forgotten", forgotten(left_out)),
            Some(tag) => (
                "another_node",
                format!("The id comes from the node {tag}, and this is the node {node}. Ask the other node. If it was restarted, it has a new tag, and the refusal is only in its log."),
            ),
        };
        Self { node: node.to_string(), region, reason, message }
    }
}

fn forgotten(left_out: Option<Timestamp>) -> String {
    let sampled = left_out.map(|last| {
        format!(
            ", or it was left out because there were too many refusals for the same reason (last at {last}); then it is not \
             in the log either."
        )
    });
    format!(
        "The id begins with this node's tag, but the refusal is not in memory: it is older than an hour, newer refusals \
         replaced it, or the id is mistyped{} Search the log for the id.",
        sampled.as_deref().unwrap_or(".")
    )
}
