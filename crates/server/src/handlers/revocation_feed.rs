//! `GET {prefix}/revocations`: the revocation feed (design §4).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use jeton_core::RevocationFeedAnswer;
use tracing::debug;

use crate::extract::FeedCall;
use crate::failure::Failure;
use crate::gateway::Gateway;
use crate::metrics::{EndpointLabel, Outcome};
use crate::respond;

pub(crate) async fn revocation_feed(State(gateway): State<Arc<Gateway>>, call: FeedCall) -> Response {
    let mut poll = None;
    // Before the first look: what is heard after it is not missed.
    let mut changes = gateway.server.revocation_feed_changes();
    loop {
        let found = match look(&gateway, &call).await {
            Ok(found) => found,
            Err(failure) => {
                return gateway.refuse(EndpointLabel::RevocationFeed, &call.caller(&gateway), &failure);
            }
        };
        let is_known = call.known.contain(&found.document.etag);
        if !is_known {
            return answer(&gateway, &found, is_known);
        }
        // Only for who has proved who it is.
        let poll = poll.get_or_insert_with(|| gateway.long_polls.begin(call.request.wait));
        if poll.is_over() {
            return answer(&gateway, &found, is_known);
        }
        poll.wait_for(changes.next()).await;
    }
}

/// Takes a place among the requests in flight, and gives it back before it waits.
async fn look(gateway: &Gateway, call: &FeedCall) -> Result<RevocationFeedAnswer, Failure> {
    let _place = gateway.in_flight.try_acquire().map_err(|_| Failure::Overloaded)?;
    gateway.in_time(gateway.server.revocation_feed(&call.request, call.address)).await
}

fn answer(gateway: &Gateway, found: &RevocationFeedAnswer, is_known: bool) -> Response {
    let outcome = if is_known { Outcome::Unchanged } else { Outcome::Answered };
    gateway.metrics.answered(EndpointLabel::RevocationFeed, outcome);
    let client_id = found.caller.as_str();
    debug!(outcome = outcome.as_str(), client_id, region = %gateway.server.settings().region, "revocation feed");
    if is_known {
        respond::unchanged_revocation_feed(&found.document)
    } else {
        respond::revocation_feed(&found.document)
    }
}
