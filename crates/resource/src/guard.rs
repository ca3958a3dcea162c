//! Whether a request may pass, and what it looks like then. It must not know the service behind.

use std::sync::Arc;

use http::header::AUTHORIZATION;
use http::{Request, Response};

use crate::bearer::PresentedBearer;
use crate::challenge::{Hints, Refusal};
use crate::rejection::{Rejection, TokenFault};
use crate::token::Token;
use crate::validator::Validator;
use crate::well_known::WellKnown;

#[derive(Debug, Clone)]
pub(crate) struct Guard {
    pub(crate) validator: Validator,
    pub(crate) required: Arc<Vec<String>>,
    pub(crate) resource_metadata: Option<String>,
    pub(crate) keep_authorization: bool,
}

/// What can be said of a request at once.
pub(crate) enum Look {
    Known(Result<Token, Refusal>),
    /// The token has to be checked.
    Unknown(Vec<u8>),
}

impl Guard {
    pub(crate) fn new(validator: Validator) -> Self {
        let resource_metadata = WellKnown::of(validator.audience()).map(|places| places.url());
        Self { validator, required: Arc::default(), resource_metadata, keep_authorization: false }
    }

    /// The same with counts of references of its own.
    pub(crate) fn replica(&self) -> Self {
        Self { required: Arc::new(Vec::clone(&self.required)), ..self.clone() }
    }

    pub(crate) fn look<B>(&self, request: &Request<B>) -> Look {
        // A layer further out has checked it, and may have taken the header off.
        if let Some(token) =
            request.extensions().get::<Token>().filter(|token| self.validator.has_accepted(token))
        {
            return Look::Known(Ok(token.clone()));
        }
        Look::Known(match PresentedBearer::of(request.headers()) {
            PresentedBearer::Nothing => Err(Refusal::NoToken),
            PresentedBearer::Several => Err(Refusal::Rejected(TokenFault::Malformed.into())),
            PresentedBearer::Token(presented) => match self.validator.recall(presented) {
                Some(verdict) => verdict.map_err(Refusal::Rejected),
                None => return Look::Unknown(presented.to_owned()),
            },
        })
    }

    /// Makes of the request what the inner service is to see, or an answer in its place.
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
                request.extensions_mut().insert(token.admitted_with(required));
                if !self.keep_authorization {
                    request.headers_mut().remove(AUTHORIZATION);
                }
                return Ok(());
            }
            Ok(_) => Refusal::InsufficientScope,
            Err(refusal) => refusal,
        };
        self.note(&refusal);
        let hints = Hints { scopes: &required, resource_metadata: self.resource_metadata.as_deref() };
        #[cfg(feature = "tonic")]
        if crate::grpc::is_call(request.headers()) {
            return Err(crate::grpc::response(&refusal, &hints));
        }
        Err(refusal.respond(&hints))
    }

    /// For the operator; nothing in it comes from the caller.
    fn note(&self, refusal: &Refusal) {
        let (issuer, audience) = (self.validator.issuer(), self.validator.audience());
        match refusal {
            Refusal::NoToken => tracing::debug!(audience, "a request came without a token"),
            Refusal::InsufficientScope => tracing::debug!(audience, "a token lacks a scope that is needed"),
            Refusal::Rejected(Rejection::Invalid(fault)) => {
                tracing::debug!(issuer, audience, %fault, "a token was refused");
            }
            Refusal::Rejected(Rejection::CannotTell(outage)) => {
                tracing::warn!(issuer, audience, %outage, "a token could not be judged");
            }
        }
    }
}

fn union(outer: &[String], own: &[String]) -> Vec<String> {
    let further = own.iter().filter(|scope| !outer.contains(scope));
    outer.iter().chain(further).cloned().collect()
}
