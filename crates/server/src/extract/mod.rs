//! Turns an HTTP request into a request of the protocol crate. Every rejection is an OAuth body, made by the gateway.

mod address;
mod body;

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{FromRequest, Request};
use axum::response::Response;
use http::Method;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use jeton_protocol::{
    ClientId, Endpoint, IntrospectionRequest, Malformed, Parameters, PresentedClient, TokenRequest,
    parse_body, refuse_query,
};

use crate::failure::Failure;
use crate::gateway::{Caller, Gateway};
use crate::metrics::EndpointLabel;

pub(crate) use address::client_address;

/// A request to an OAuth endpoint, of the right shape and otherwise unverified.
#[derive(Debug)]
pub(crate) struct OAuth<T> {
    /// What was asked.
    pub(crate) request: T,
    /// Where the call came from, through trusted proxies.
    pub(crate) address: IpAddr,
}

/// A request that one endpoint understands.
pub(crate) trait EndpointRequest: Sized {
    const ENDPOINT: Endpoint;
    const LABEL: EndpointLabel;
    fn read(parameters: Parameters, authorization: &[&[u8]]) -> Result<Self, Malformed>;
    fn client(&self) -> &PresentedClient;
}

impl<T: EndpointRequest> OAuth<T> {
    /// The caller, for the log: a client id only if it can be one, so that no odd text gets there, and nothing that
    /// begins like a secret of ours: clients that swap id and secret exist.
    pub(crate) fn caller(&self) -> Caller<'_> {
        let claimed = match self.request.client() {
            PresentedClient::Secret(pair) => Some(pair.client_id.as_str()),
            PresentedClient::Nothing
            | PresentedClient::Incomplete { .. }
            | PresentedClient::Assertion
            | PresentedClient::Unusable(_) => None,
        };
        let client_id = claimed.filter(|claimed| {
            ClientId::parse(claimed).is_ok() && !SECRETS.iter().any(|prefix| claimed.starts_with(prefix))
        });
        Caller { client_id, address: Some(self.address) }
    }
}

impl<T: EndpointRequest> FromRequest<Arc<Gateway>> for OAuth<T> {
    type Rejection = Response;

    async fn from_request(request: Request, gateway: &Arc<Gateway>) -> Result<Self, Response> {
        let address = client_address(request.extensions(), request.headers(), &gateway.trusted_proxies);
        match read(request, gateway).await {
            Ok(request) => Ok(Self { request, address }),
            Err(failure) => {
                let caller = Caller { client_id: None, address: Some(address) };
                Err(gateway.refuse(T::LABEL, &caller, &failure))
            }
        }
    }
}

async fn read<T: EndpointRequest>(request: Request, gateway: &Gateway) -> Result<T, Failure> {
    if request.method() != Method::POST {
        return Err(Failure::Method { allow: "POST" });
    }
    refuse_query(T::ENDPOINT, request.uri().query())?;
    let (head, body) = request.into_parts();
    let body = body::read_whole(body, &head.headers, gateway.body_timeout).await?;
    let content_type = head.headers.get(CONTENT_TYPE).map(http::HeaderValue::as_bytes);
    let parameters = parse_body(content_type, &body)?;
    let authorization: Vec<&[u8]> =
        head.headers.get_all(AUTHORIZATION).iter().map(http::HeaderValue::as_bytes).collect();
    Ok(T::read(parameters, &authorization)?)
}

impl EndpointRequest for TokenRequest {
    const ENDPOINT: Endpoint = Endpoint::Token;
    const LABEL: EndpointLabel = EndpointLabel::Token;

    fn read(parameters: Parameters, authorization: &[&[u8]]) -> Result<Self, Malformed> {
        Self::from_parts(parameters, authorization)
    }

    fn client(&self) -> &PresentedClient {
        &self.client
    }
}

impl EndpointRequest for IntrospectionRequest {
    const ENDPOINT: Endpoint = Endpoint::Introspection;
    const LABEL: EndpointLabel = EndpointLabel::Introspection;

    fn read(parameters: Parameters, authorization: &[&[u8]]) -> Result<Self, Malformed> {
        Self::from_parts(parameters, authorization)
    }

    fn client(&self) -> &PresentedClient {
        &self.client
    }
}

/// What client secrets, sealed tokens and master keys begin with (design §2).
const SECRETS: [&str; 3] = ["jtnsk_", "jtnat_", "jtnmk_"];
