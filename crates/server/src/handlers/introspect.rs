//! `POST {prefix}/introspect` (RFC 7662 §2).

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use jeton_protocol::{IntrospectionRequest, IntrospectionResponse};
use tracing::debug;

use crate::extract::OAuth;
use crate::gateway::Gateway;
use crate::metrics::{EndpointLabel, Outcome};
use crate::respond;

pub(crate) async fn introspect(
    State(gateway): State<Arc<Gateway>>,
    call: OAuth<IntrospectionRequest>,
) -> Response {
    match gateway.in_time(gateway.server.introspect(&call.request, call.address)).await {
        Ok(found) => {
            let outcome = match &found.response {
                IntrospectionResponse::Active(_) => Outcome::Active,
                IntrospectionResponse::Inactive => Outcome::Inactive,
            };
            gateway.metrics.answered(EndpointLabel::Introspection, outcome);
            let (client_id, reason) = (found.caller.as_str(), found.fault.map(tracing::field::display));
            debug!(outcome = outcome.as_str(), client_id, region = %gateway.server.settings().region, reason, "introspection");
            respond::introspected(&found.response)
        }
        Err(failure) => gateway.refuse(EndpointLabel::Introspection, &call.caller(&gateway), &failure),
    }
}
