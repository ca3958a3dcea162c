//! Decides whether a request is accepted, and prepares it for the inner service. This module must not know that
//! service.

use std::sync::Arc;

use http::header::AUTHORIZATION;
use http::{Request, Response};

use crate::protect::challenge::{Hints, Refusal};
use crate::protect::well_known::WellKnown;
use crate::token::bearer::PresentedBearer;
use crate::token::validated::Token;
use crate::validate::rejection::{Rejection, TokenFault};
use crate::validate::validator::Validator;

#[derive(Debug, Clone)]
pub(crate) struct Guard {
    pub(crate) validator: Validator,
    pub(crate) required: Arc<Vec<String>>,
    pub(crate) resource_metadata: Option<String>,
    pub(crate) keep_authorization: bool,
}

/// The result of checking a request without waiting.
pub(crate) enum CachedCheck {
    Done(Result<Token, Refusal>),
    /// The token must be validated.
    Pending(Vec<u8>),
}

impl Guard {
    pub(crate) fn new(validator: Validator) -> Self {
        let resource_metadata = WellKnown::of(validator.audience()).map(|places| places.url());
        Self { validator, required: Arc::default(), resource_metadata, keep_authorization: false }
    }

    /// A copy with its own reference counts.
    pub(crate) fn replica(&self) -> Self {
        Self { required: Arc::new(Vec::clone(&self.required)), ..self.clone() }
    }

    pub(crate) fn check_cached<B>(&self, request: &Request<B>) -> CachedCheck {
        // An outer layer has validated the token, and may have removed the header.
        if let Some(token) =
            request.extensions().get::<Token>().filter(|token| self.validator.has_accepted(token))
        {
            return CachedCheck::Done(Ok(token.clone()));
        }
        CachedCheck::Done(match PresentedBearer::of(request.headers()) {
            PresentedBearer::Missing => Err(Refusal::NoToken),
            PresentedBearer::MultipleHeaders => Err(Refusal::Rejected(TokenFault::Malformed.into())),
            PresentedBearer::Token(presented) => match self.validator.cached_verdict(presented) {
                Some(verdict) => verdict.map_err(Refusal::Rejected),
                None => return CachedCheck::Pending(presented.to_owned()),
            },
        })
    }

    /// Prepares the request for the inner service, or returns the response to a rejected request.
    pub(crate) fn admit<B, R: Default>(
        &self,
        request: &mut Request<B>,
        verdict: Result<Token, Refusal>,
    ) -> Result<(), Response<R>> {
        let outer = request.extensions().get::<Token>().and_then(Token::required);
        let required = match outer {
            Some(outer) => Arc::new(union(outer, &self.required)),
            None => Arc::clone(&self.required),
        };
        let has_all = |token: &Token| self.required.iter().all(|scope| token.allows(scope));
        let refusal = match verdict {
            Ok(token) if has_all(&token) => {
                request.extensions_mut().insert(token.with_required_scopes(required));
                if !self.keep_authorization {
                    request.headers_mut().remove(AUTHORIZATION);
                }
                return Ok(());
            }
            Ok(_) => Refusal::InsufficientScope,
            Err(refusal) => refusal,
        };
        self.log_rejection(&refusal);
        let hints = Hints { scopes: &required, resource_metadata: self.resource_metadata.as_deref() };
        #[cfg(feature = "tonic")]
        if crate::protect::grpc::is_call(request.headers()) {
            return Err(crate::protect::grpc::response(&refusal, &hints));
        }
        Err(refusal.respond(&hints))
    }

    /// Logs for operators. The log must not contain text from the caller.
    fn log_rejection(&self, refusal: &Refusal) {
        let (issuer, audience) = (self.validator.issuer(), self.validator.audience());
        match refusal {
            Refusal::NoToken => tracing::debug!(audience, "rejected a request without a token"),
            Refusal::InsufficientScope => {
                tracing::debug!(audience, "rejected a token without a required scope");
            }
            Refusal::Rejected(Rejection::Invalid(fault)) => {
                tracing::debug!(issuer, audience, %fault, "rejected an invalid token");
            }
            Refusal::Rejected(Rejection::Unavailable(outage)) => {
                tracing::warn!(issuer, audience, %outage, "failed to validate a token");
            }
        }
    }
}

fn union(outer: &[String], own: &[String]) -> Vec<String> {
    let further = own.iter().filter(|scope| !outer.contains(scope));
    outer.iter().chain(further).cloned().collect()
}
