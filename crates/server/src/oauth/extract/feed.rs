//! A request for the revocation feed: a GET with Basic credentials.

use axum::extract::Request;
use http::Method;
use jeton_core::model::CallerAddress;
use jeton_protocol::RevocationFeedRequest;

use super::{IfNoneMatch, claimed, request_head};
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

    /// Reads a call from `address`.
    pub(crate) fn read(address: CallerAddress, request: &Request) -> Result<Self, Failure> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Err(Failure::Method { allow: "GET" });
        }
        let head = request_head(request.headers());
        let if_none_match = IfNoneMatch::of(request.headers());
        let request = RevocationFeedRequest::from_parts(request.uri().query(), &head)?;
        Ok(Self { request, address, if_none_match })
    }
}
