//! `GET {prefix}/revocations`: the revocation feed (decision 0012).

use axum::extract::Request;
use axum::response::Response;
use jeton_core::RevocationFeedAnswer;
use jeton_core::model::CallerAddress;
use tracing::debug;

use crate::oauth::endpoint::Endpoint;
use crate::oauth::extract::RevocationFeedCall;
use crate::oauth::failure::Failure;
use crate::oauth::gateway::{Caller, Gateway};
use crate::oauth::respond;
use crate::operations::metrics::Outcome;

pub(super) async fn revocation_feed(gateway: &Gateway, address: CallerAddress, request: Request) -> Response {
    let call = match RevocationFeedCall::read(address, &request) {
        Ok(call) => call,
        Err(failure) => return gateway.refuse(Endpoint::RevocationFeed, &Caller::unknown(address), &failure),
    };
    // A long poll holds nothing of its request.
    drop(request);
    let mut poll = None;
    loop {
        let found = match read_feed(gateway, &call).await {
            Ok(found) => found,
            Err(failure) => {
                return gateway.refuse(Endpoint::RevocationFeed, &call.caller(gateway), &failure);
            }
        };
        let is_known = call.if_none_match.contains(&found.document.etag);
        if !is_known {
            return answer(gateway, &found, is_known);
        }
        // Only authenticated callers take a place among the long polls.
        let poll = poll.get_or_insert_with(|| gateway.long_polls.begin(call.request.wait));
        if poll.is_over() {
            return answer(gateway, &found, is_known);
        }
        poll.wait_for(found.changes.next()).await;
        if !poll.is_over() {
            gateway.metrics.revocation_feed_woken();
        }
    }
}

/// Counts as a request in flight only while it reads, not while the long poll waits.
async fn read_feed(gateway: &Gateway, call: &RevocationFeedCall) -> Result<RevocationFeedAnswer, Failure> {
    let _permit = gateway.in_flight.enter().ok_or(Failure::Overloaded)?;
    gateway.with_timeout(gateway.server.revocation_feed(&call.request, call.address)).await
}

fn answer(gateway: &Gateway, found: &RevocationFeedAnswer, is_known: bool) -> Response {
    let outcome = if is_known { Outcome::Unchanged } else { Outcome::Answered };
    gateway.metrics.answered(Endpoint::RevocationFeed, outcome);
    let client_id = found.caller.as_str();
    debug!(outcome = outcome.as_str(), client_id, region = %gateway.server.settings().region, "revocation feed");
    if is_known {
        respond::unchanged_revocation_feed(&found.document)
    } else {
        respond::revocation_feed(&found.document)
    }
}
