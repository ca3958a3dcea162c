//! A request for the revocation feed: a GET with Basic credentials.

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use axum::response::Response;
use http::Method;
use jeton_core::model::CallerAddress;
use jeton_protocol::RevocationFeedRequest;

use super::{IfNoneMatch, caller_address, claimed, request_head};
use crate::oauth::endpoint::Endpoint;
use crate::oauth::failure::Failure;
use crate::oauth::gateway::{Caller, Gateway};

/// A well-formed request for the revocation feed. Its credentials are not verified.
#[derive(Debug)]
pub(crate) struct RevocationFeedCall {
    /// The request.
    pub(crate) request: RevocationFeedRequest,
    /// Where the call came from, through trusted proxies.
    pub(crate) address: CallerAddress,
    /// The versions that the caller already has.
    pub(crate) if_none_match: IfNoneMatch,
}

impl RevocationFeedCall {
    /// The caller, for the log and the explanation.
    pub(crate) fn caller(&self, gateway: &Gateway) -> Caller<'_> {
        claimed(&self.request.client, self.address, gateway)
    }
}

impl FromRequest<Arc<Gateway>> for RevocationFeedCall {
    type Rejection = Response;

    async fn from_request(request: Request, gateway: &Arc<Gateway>) -> Result<Self, Response> {
        let address = caller_address(&request, &gateway.trusted_proxies);
        match read(&request) {
            Ok(read) => {
                Ok(Self { request: read, address, if_none_match: IfNoneMatch::of(request.headers()) })
            }
            Err(failure) => {
                Err(gateway.refuse(Endpoint::RevocationFeed, &Caller::unknown(address), &failure))
            }
        }
    }
}

fn read(request: &Request) -> Result<RevocationFeedRequest, Failure> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Failure::Method { allow: "GET" });
    }
    Ok(RevocationFeedRequest::from_parts(request.uri().query(), &request_head(request.headers()))?)
}
