//! `POST {prefix}/revoke` (RFC 7009 §2).

use axum::extract::Request;
use axum::response::Response;
use jeton_core::model::CallerAddress;
use jeton_protocol::RevocationRequest;
use tracing::debug;

use crate::oauth::endpoint::Endpoint;
use crate::oauth::extract::OAuth;
use crate::oauth::gateway::{Caller, Gateway};
use crate::oauth::pacing::Paced;
use crate::oauth::respond;
use crate::operations::metrics::Outcome;

pub(super) async fn revoke(gateway: &Gateway, address: CallerAddress, request: Request) -> Response {
    let call = match OAuth::<RevocationRequest>::read(gateway, address, request).await {
        Ok(call) => call,
        Err(failure) => return gateway.refuse(Endpoint::Revocation, &Caller::unknown(address), &failure),
    };
    match gateway.with_timeout(gateway.server.revoke(&call.request, call.address)).await {
        Ok(done) => {
            let mut response = respond::revoked();
            let outcome = if done.fault.is_none() {
                Outcome::Revoked
            } else {
                response.extensions_mut().insert(Paced::InactiveToken(done.caller.clone()));
                Outcome::Inactive
            };
            gateway.metrics.answered(Endpoint::Revocation, outcome);
            let (client_id, reason) = (done.caller.as_str(), done.fault.map(tracing::field::display));
            debug!(outcome = outcome.as_str(), client_id, region = %gateway.server.settings().region, reason, "revocation");
            response
        }
        Err(failure) => gateway.refuse(Endpoint::Revocation, &call.caller(gateway), &failure),
    }
}
