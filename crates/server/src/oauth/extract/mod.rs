//! Turns an HTTP request into a request of the protocol crate. Every rejection is an OAuth body, made by the gateway.

mod accept;
pub(crate) mod address;
mod body;
mod entity_tag;
mod feed;
mod refusal_query;

use axum::extract::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method};
use jeton_core::model::CallerAddress;
use jeton_protocol::{
    ClientId, IntrospectionRequest, Malformed, Parameters, PresentedClient, RequestHead, RevocationRequest,
    TokenRequest, parse_body, refuse_query,
};

use crate::oauth::endpoint::Endpoint;
use crate::oauth::failure::Failure;
use crate::oauth::gateway::{Caller, Gateway};
use crate::oauth::in_flight::InFlightPlace;
use crate::oauth::message::refuse_content_coding;

pub(crate) use accept::preferred_format;
pub(crate) use address::caller_address;
pub(crate) use entity_tag::IfNoneMatch;
pub(crate) use feed::RevocationFeedCall;
pub(crate) use refusal_query::RefusalQuery;

/// A well-formed request to an OAuth endpoint. Its credentials are not verified.
#[derive(Debug)]
pub(crate) struct OAuth<'a, T> {
    /// The request.
    pub(crate) request: T,
    /// Where the call came from, through trusted proxies.
    pub(crate) address: CallerAddress,
    /// Taken after the body was read, so that slow senders do not block others.
    _place: InFlightPlace<'a>,
}

/// A request that one endpoint understands.
pub(crate) trait EndpointRequest: Sized {
    const ENDPOINT: Endpoint;
    fn read(parameters: Parameters, head: &RequestHead<'_>) -> Result<Self, Malformed>;
    fn client(&self) -> &PresentedClient;
}

impl<'a, T: EndpointRequest> OAuth<'a, T> {
    /// Reads a call from `address`: its head, then its body.
    pub(crate) async fn read(
        gateway: &'a Gateway,
        address: CallerAddress,
        request: Request,
    ) -> Result<Self, Failure> {
        if request.method() != Method::POST {
            return Err(Failure::Method { allow: "POST" });
        }
        refuse_query(T::ENDPOINT.body_parameters(), request.uri().query())?;
        refuse_content_coding(request.headers())?;
        let (Parts { mut headers, .. }, body) = request.into_parts();
        let allowance = gateway.body_budget.allow(address.network());
        let body = body::read_whole(body, &mut headers, gateway.body_timeout, allowance).await?;
        let place = gateway.in_flight.enter().ok_or(Failure::Overloaded)?;
        let content_type = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
        let parameters = parse_body(content_type, &body.bytes)?;
        let request = T::read(parameters, &request_head(&headers))?;
        Ok(Self { request, address, _place: place })
    }

    /// The caller, for the log and the explanation.
    pub(crate) fn caller(&self, gateway: &Gateway) -> Caller<'_> {
        claimed(self.request.client(), self.address, gateway)
    }
}

/// Who `client` claims to be. Keeps a client id only if it has the form of a generated id or belongs to an account:
/// some clients swap id and secret, and an imported secret cannot be told from an imported id.
fn claimed<'a>(client: &'a PresentedClient, address: CallerAddress, gateway: &Gateway) -> Caller<'a> {
    let (claimed, authentication) = match client {
        PresentedClient::Secret(pair) => (pair.client_id.as_str(), Some(pair.method.as_str())),
        PresentedClient::NoCredentials
        | PresentedClient::Incomplete { .. }
        | PresentedClient::Assertion(_)
        | PresentedClient::Unusable(_) => ("", None),
    };
    let id = ClientId::parse(claimed).ok();
    let account = id.as_ref().and_then(|id| gateway.server.directory().cached_account(id));
    let is_an_id = account.is_some() || id.is_some_and(|id| id.region_tag().is_some());
    Caller { client_id: Some(claimed).filter(|_| is_an_id), account, authentication, address }
}

/// The parts of the head that authenticate the caller.
fn request_head(headers: &HeaderMap) -> RequestHead<'_> {
    RequestHead::new(headers.get_all(AUTHORIZATION).iter().map(HeaderValue::as_bytes))
}

impl EndpointRequest for TokenRequest {
    const ENDPOINT: Endpoint = Endpoint::Token;

    fn read(parameters: Parameters, head: &RequestHead<'_>) -> Result<Self, Malformed> {
        Self::from_parts(parameters, head)
    }

    fn client(&self) -> &PresentedClient {
        &self.client
    }
}

impl EndpointRequest for IntrospectionRequest {
    const ENDPOINT: Endpoint = Endpoint::Introspection;

    fn read(parameters: Parameters, head: &RequestHead<'_>) -> Result<Self, Malformed> {
        Self::from_parts(parameters, head)
    }

    fn client(&self) -> &PresentedClient {
        &self.client
    }
}

impl EndpointRequest for RevocationRequest {
    const ENDPOINT: Endpoint = Endpoint::Revocation;

    fn read(parameters: Parameters, head: &RequestHead<'_>) -> Result<Self, Malformed> {
        Self::from_parts(parameters, head)
    }

    fn client(&self) -> &PresentedClient {
        &self.client
    }
}
