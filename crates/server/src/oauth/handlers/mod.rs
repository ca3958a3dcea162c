//! One handler per file: take the extracted request, call the core, respond.

mod authorize;
mod introspect;
mod jwks;
mod metadata;
mod no_such_path;
pub(crate) mod operations;
pub(crate) mod refusals;
mod revocation_feed;
mod revoke;
mod token;

use std::future::ready;

use axum::extract::Request;
use axum::response::Response;
use futures_util::future::BoxFuture;
use jeton_core::model::CallerAddress;

use crate::oauth::cross_origin::answer_from_any_origin;
use crate::oauth::endpoint::Endpoint;
use crate::oauth::gateway::Gateway;

/// What answers the requests to each endpoint. Boxed one by one, so that an endpoint takes only the memory that it
/// needs, and only until it has answered.
pub(crate) fn answer(
    gateway: &Gateway,
    endpoint: Endpoint,
    address: CallerAddress,
    request: Request,
) -> BoxFuture<'_, Response> {
    let public = |document| Box::pin(ready(answer_from_any_origin(gateway, address, &request, document)));
    match endpoint {
        Endpoint::Token => Box::pin(token::token(gateway, address, request)),
        Endpoint::Introspection => Box::pin(introspect::introspect(gateway, address, request)),
        Endpoint::Revocation => Box::pin(revoke::revoke(gateway, address, request)),
        Endpoint::RevocationFeed => Box::pin(revocation_feed::revocation_feed(gateway, address, request)),
        Endpoint::Jwks => public(jwks::jwks as fn(&Gateway, &Request) -> Response),
        Endpoint::Metadata => public(metadata::metadata),
        Endpoint::Authorization => Box::pin(ready(authorize::authorize(gateway, address, &request))),
        Endpoint::Other => Box::pin(ready(no_such_path::no_such_path(gateway, address))),
    }
}
