//! Refuses a request: counts, logs and keeps the reason for the operator, and answers the caller.

use axum::body::Body;
use http::{Response, StatusCode};
use jeton_core::{Refusal, Unavailable};
use tracing::{error, info, warn};

use crate::oauth::endpoint::Endpoint;
use crate::oauth::failure::Failure;
use crate::oauth::gateway::{Caller, Gateway};
use crate::oauth::respond::{Answer, answer_to};
use crate::operations::explanation::Explanation;
use crate::operations::refusals::{AccountNames, RecordedRefusal};

impl Gateway {
    /// Answers with a refusal. The log and the memory keep the reason under the error id, unless there are too many
    /// refusals for this reason.
    pub(crate) fn refuse(
        &self,
        endpoint: Endpoint,
        caller: &Caller<'_>,
        failure: &Failure,
    ) -> Response<Body> {
        let error_id = self.tag.error_id(&*self.randomness);
        let answer = answer_to(failure);
        let now = self.server.now();
        let explanation = Explanation::of(failure, caller.client_id, now);
        self.metrics.refused(endpoint, answer.error, explanation.reason);
        if let Failure::Refused(Refusal::Unavailable(
            Unavailable::Store(error) | Unavailable::OutcomeUnknown(error),
        )) = failure
        {
            self.metrics.store_failed(error);
        }
        if self.refusal_sampler.keeps(explanation.reason, self.server.monotonic(), now) {
            self.log_refusal(&error_id, endpoint, caller, &answer, failure);
            self.record_refusal(&error_id, endpoint, caller, &answer, explanation);
        }
        let mut response = answer.into_response(&error_id);
        if let Some(paced) = caller.paced(failure) {
            response.extensions_mut().insert(paced);
        }
        response
    }

    fn log_refusal(
        &self,
        error_id: &str,
        endpoint: Endpoint,
        caller: &Caller<'_>,
        answer: &Answer,
        failure: &Failure,
    ) {
        let (endpoint, outcome) = (endpoint.label(), answer.error.as_str());
        let region = self.server.settings().region.as_str();
        let (client_id, address) = (caller.client_id, tracing::field::display(caller.address));
        match answer.status {
            StatusCode::INTERNAL_SERVER_ERROR => {
                error!(error_id, endpoint, region, outcome, client_id, address, reason = %failure, "refused");
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                warn!(error_id, endpoint, region, outcome, client_id, address, reason = %failure, "refused");
            }
            _ => info!(error_id, endpoint, region, outcome, client_id, address, reason = %failure, "refused"),
        }
    }

    fn record_refusal(
        &self,
        error_id: &str,
        endpoint: Endpoint,
        caller: &Caller<'_>,
        answer: &Answer,
        explanation: Explanation,
    ) {
        let refusal = RecordedRefusal {
            error_id: error_id.into(),
            at: self.server.now(),
            endpoint: endpoint.label(),
            status: answer.status.as_u16(),
            error: answer.error,
            error_description: answer.description.clone(),
            client_id: caller.client_id.map(Into::into),
            account: caller.account.as_deref().map(AccountNames::from),
            authentication: caller.authentication,
            address: caller.address,
            explanation,
        };
        self.refusals.record(refusal, self.server.monotonic());
    }
}
