//! `POST {prefix}/token` (RFC 6749 §3.2, §4.4).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use jeton_protocol::TokenRequest;
use tracing::debug;

use crate::oauth::endpoint::Endpoint;
use crate::oauth::extract::OAuth;
use crate::oauth::gateway::Gateway;
use crate::oauth::respond;
use crate::operations::metrics::Outcome;

pub(crate) async fn token(State(gateway): State<Arc<Gateway>>, call: OAuth<TokenRequest>) -> Response {
    match gateway.with_timeout(gateway.server.grant(&call.request, call.address)).await {
        Ok(token) => {
            gateway.metrics.answered(Endpoint::Token, Outcome::Issued);
            debug!(outcome = "issued", client_id = call.caller(&gateway).client_id, region = %gateway.server.settings().region, scope = %token.scope, "token");
            respond::issued(&token)
        }
        Err(failure) => gateway.refuse(Endpoint::Token, &call.caller(&gateway), &failure),
    }
}
