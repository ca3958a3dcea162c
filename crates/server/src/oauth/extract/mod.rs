//! Turns an HTTP request into a request of the protocol crate. Every rejection is an OAuth body, made by the gateway.

mod accept;
pub(crate) mod address;
mod body;
mod entity_tag;
mod feed;
mod refusal_query;

use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use axum::response::Response;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method};
use jeton_core::model::CallerAddress;
use jeton_protocol::{
    ClientId, IntrospectionRequest, Malformed, Parameters, PresentedClient, RequestHead, RevocationRequest,
    TokenRequest, parse_body, refuse_query,
};
use tokio::sync::OwnedSemaphorePermit;

use crate::oauth::endpoint::Endpoint;
use crate::oauth::failure::Failure;
use crate::oauth::gateway::{Caller, Gateway};
use crate::oauth::message::refuse_content_coding;

pub(crate) use accept::PreferredFormat;
pub(crate) use address::caller_address;
pub(crate) use entity_tag::IfNoneMatch;
pub(crate) use feed::RevocationFeedCall;
pub(crate) use refusal_query::RefusalQuery;

/// A well-formed request to an OAuth endpoint. Its credentials are not verified.
#[derive(Debug)]
pub(crate) struct OAuth<T> {
    /// The request.
    pub(crate) request: T,
    /// Where the call came from, through trusted proxies.
    pub(crate) address: CallerAddress,
    /// The permit of a request in flight. It is taken after the body was read, so that slow senders do not block
    /// others.
    _permit: OwnedSemaphorePermit,
}

/// A request that one endpoint understands.
pub(crate) trait EndpointRequest: Sized {
    const ENDPOINT: Endpoint;
    fn read(parameters: Parameters, head: &RequestHead<'_>) -> Result<Self, Malformed>;
    fn client(&self) -> &PresentedClient;
}

impl<T: EndpointRequest> OAuth<T> {
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

impl<T: EndpointRequest> FromRequest<Arc<Gateway>> for OAuth<T> {
    type Rejection = Response;

    async fn from_request(request: Request, gateway: &Arc<Gateway>) -> Result<Self, Response> {
        let address = caller_address(&request, &gateway.trusted_proxies);
        match read(request, gateway).await {
            Ok((request, permit)) => Ok(Self { request, address, _permit: permit }),
            Err(failure) => Err(gateway.refuse(T::ENDPOINT, &Caller::unknown(address), &failure)),
        }
    }
}

async fn read<T: EndpointRequest>(
    request: Request,
    gateway: &Gateway,
) -> Result<(T, OwnedSemaphorePermit), Failure> {
    if request.method() != Method::POST {
        return Err(Failure::Method { allow: "POST" });
    }
    refuse_query(T::ENDPOINT.body_parameters(), request.uri().query())?;
    refuse_content_coding(request.headers())?;
    let (head, body) = request.into_parts();
    let body = body::read_whole(body, &head.headers, gateway.body_timeout).await?;
    let permit = Arc::clone(&gateway.in_flight).try_acquire_owned().map_err(|_| Failure::Overloaded)?;
    let content_type = head.headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let parameters = parse_body(content_type, &body)?;
    Ok((T::read(parameters, &request_head(&head.headers))?, permit))
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
