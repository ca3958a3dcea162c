//! `POST {prefix}/token` (RFC 6749 §3.2, §4.4).

use axum::extract::Request;
use axum::response::Response;
use jeton_core::model::CallerAddress;
use jeton_protocol::TokenRequest;
use tracing::debug;

use crate::oauth::endpoint::Endpoint;
use crate::oauth::extract::OAuth;
use crate::oauth::gateway::{Caller, Gateway};
use crate::oauth::respond;
use crate::operations::metrics::Outcome;

pub(super) async fn token(gateway: &Gateway, address: CallerAddress, request: Request) -> Response {
    let call = match OAuth::<TokenRequest>::read(gateway, address, request).await {
        Ok(call) => call,
        Err(failure) => return gateway.refuse(Endpoint::Token, &Caller::unknown(address), &failure),
    };
    match gateway.with_timeout(gateway.server.grant(&call.request, call.address)).await {
        Ok(token) => {
            gateway.metrics.answered(Endpoint::Token, Outcome::Issued);
            debug!(outcome = "issued", client_id = call.caller(gateway).client_id, region = %gateway.server.settings().region, scope = %token.scope, "token");
            respond::issued(&token)
        }
        Err(failure) => gateway.refuse(Endpoint::Token, &call.caller(gateway), &failure),
    }
}
