//! A request for the revocation feed: a GET with Basic credentials.

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use axum::response::Response;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Method};
use jeton_core::model::CallerAddress;
use jeton_protocol::RevocationFeedRequest;

use super::{KnownTags, caller_address, claimed};
use crate::failure::Failure;
use crate::gateway::{Caller, Gateway};
use crate::metrics::EndpointLabel;

/// A request for the revocation feed, of the right shape and otherwise unverified.
#[derive(Debug)]
pub(crate) struct FeedCall {
    /// What was asked.
    pub(crate) request: RevocationFeedRequest,
    /// Where the call came from, through trusted proxies.
    pub(crate) address: CallerAddress,
    /// The documents that the caller has.
    pub(crate) known: KnownTags,
}

impl FeedCall {
    /// The caller, for log and explanation.
    pub(crate) fn caller(&self, gateway: &Gateway) -> Caller<'_> {
        claimed(&self.request.client, self.address, gateway)
    }
}

impl FromRequest<Arc<Gateway>> for FeedCall {
    type Rejection = Response;

    async fn from_request(request: Request, gateway: &Arc<Gateway>) -> Result<Self, Response> {
        let address = caller_address(&request, &gateway.trusted_proxies);
        match read(&request) {
            Ok(read) => Ok(Self { request: read, address, known: KnownTags::of(request.headers()) }),
            Err(failure) => {
                Err(gateway.refuse(EndpointLabel::RevocationFeed, &Caller::unknown(address), &failure))
            }
        }
    }
}

fn read(request: &Request) -> Result<RevocationFeedRequest, Failure> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Failure::Method { allow: "GET" });
    }
    let authorization: Vec<&[u8]> =
        request.headers().get_all(AUTHORIZATION).iter().map(HeaderValue::as_bytes).collect();
    Ok(RevocationFeedRequest::from_parts(request.uri().query(), &authorization)?)
}
