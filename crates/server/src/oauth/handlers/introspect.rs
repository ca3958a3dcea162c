//! `POST {prefix}/introspect` (RFC 7662 §2, RFC 9701 §4).

use axum::extract::Request;
use axum::response::Response;
use jeton_core::Introspection;
use jeton_core::model::CallerAddress;
use jeton_protocol::{IntrospectionAnswer, IntrospectionFormat, IntrospectionRequest};
use tracing::debug;

use crate::oauth::endpoint::Endpoint;
use crate::oauth::extract::{OAuth, preferred_format};
use crate::oauth::failure::Failure;
use crate::oauth::gateway::{Caller, Gateway};
use crate::oauth::pacing::Paced;
use crate::oauth::respond;
use crate::operations::metrics::Outcome;

pub(super) async fn introspect(gateway: &Gateway, address: CallerAddress, request: Request) -> Response {
    let format = preferred_format(request.headers());
    let call = match OAuth::<IntrospectionRequest>::read(gateway, address, request).await {
        Ok(call) => call,
        Err(failure) => return gateway.refuse(Endpoint::Introspection, &Caller::unknown(address), &failure),
    };
    let found = gateway.with_timeout(gateway.server.introspect(&call.request, call.address)).await;
    match found.and_then(|found| Ok((answer(gateway, format, &found)?, found))) {
        Ok((mut response, found)) => {
            let outcome = match &found.response {
                IntrospectionAnswer::Active(_) => Outcome::Active,
                IntrospectionAnswer::Inactive => {
                    response.extensions_mut().insert(Paced::InactiveToken(found.caller.clone()));
                    Outcome::Inactive
                }
            };
            gateway.metrics.answered(Endpoint::Introspection, outcome);
            let (client_id, reason) = (found.caller.as_str(), found.fault.map(tracing::field::display));
            debug!(outcome = outcome.as_str(), client_id, region = %gateway.server.settings().region, reason, "introspection");
            response
        }
        Err(failure) => gateway.refuse(Endpoint::Introspection, &call.caller(gateway), &failure),
    }
}

fn answer(
    gateway: &Gateway,
    format: IntrospectionFormat,
    found: &Introspection,
) -> Result<Response, Failure> {
    Ok(match format {
        IntrospectionFormat::Json => respond::introspected(&found.response),
        IntrospectionFormat::Jwt => respond::introspected_signed(gateway.server.sign_introspection(found)?),
    })
}
