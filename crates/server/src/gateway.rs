//! What every request of this node shares: the authorization server and the facts of HTTP around it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{Response, StatusCode};
use jeton_core::model::{Account, CallerAddress};
use jeton_core::{AuthorizationServer, Randomness, Refusal};
use tokio::sync::Semaphore;
use tracing::{error, info, warn};

use crate::config::{Config, Issuer, Prefix};
use crate::error_id::NodeTag;
use crate::explanation::Explanation;
use crate::extract::TrustedProxies;
use crate::failure::Failure;
use crate::long_polls::LongPolls;
use crate::metrics::{EndpointLabel, Metrics};
use crate::refusals::{AccountNames, Refusals, Refused};
use crate::respond::Answer;

/// One node's HTTP side. Cheap to share; made once.
pub struct Gateway {
    pub(crate) server: AuthorizationServer,
    pub(crate) issuer: Issuer,
    pub(crate) prefix: Prefix,
    pub(crate) scopes_supported: Vec<String>,
    pub(crate) trusted_proxies: TrustedProxies,
    pub(crate) body_timeout: Duration,
    pub(crate) request_timeout: Duration,
    pub(crate) in_flight: Arc<Semaphore>,
    pub(crate) long_polls: LongPolls,
    pub(crate) metrics: Metrics,
    pub(crate) refusals: Refusals,
    tag: NodeTag,
    randomness: Arc<dyn Randomness>,
}

impl Gateway {
    /// Puts `server` behind HTTP as `config` says.
    #[must_use]
    pub fn new(config: &Config, server: AuthorizationServer, randomness: Arc<dyn Randomness>) -> Arc<Self> {
        let region = config.this_region();
        Arc::new(Self {
            server,
            issuer: region.issuer.clone(),
            prefix: config.server.prefix.clone(),
            scopes_supported: config.metadata.scopes.iter().map(ToString::to_string).collect(),
            trusted_proxies: TrustedProxies::from(&config.listen),
            body_timeout: config.listen.body_timeout,
            request_timeout: config.server.request_timeout,
            in_flight: Arc::new(Semaphore::new(config.limits.in_flight.get())),
            long_polls: LongPolls::new(),
            metrics: Metrics::new(region.name.as_str()),
            refusals: Refusals::new(),
            tag: NodeTag::generate(&*randomness),
            randomness,
        })
    }

    /// The authorization server behind it.
    #[must_use]
    pub fn server(&self) -> &AuthorizationServer {
        &self.server
    }

    /// What this node begins its error ids with.
    #[must_use]
    pub fn tag(&self) -> &NodeTag {
        &self.tag
    }

    /// Answers all who wait for a change, now and from now on: at the stop, which would have to wait for them.
    pub fn end_long_polls(&self) {
        self.long_polls.end();
    }

    /// Gives the core's work an end. Work that does not wait sets no timer.
    pub(crate) async fn in_time<T>(
        &self,
        work: impl Future<Output = Result<T, Refusal>>,
    ) -> Result<T, Failure> {
        let done = tokio::time::timeout(self.request_timeout, work).await;
        Ok(done.map_err(|_| Failure::TooSlow)??)
    }

    /// Answers with a refusal, and keeps the true reason in log and memory under its error id.
    pub(crate) fn refuse(
        &self,
        endpoint: EndpointLabel,
        caller: &Caller<'_>,
        failure: &Failure,
    ) -> Response<Body> {
        let error_id = self.tag.error_id(&*self.randomness);
        let answer = Answer::to(failure);
        self.metrics.refused(endpoint, answer.error);
        self.keep(&error_id, endpoint.as_str(), caller, &answer, failure);
        let (endpoint, outcome) = (endpoint.as_str(), answer.error.as_str());
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
        answer.into_response(&error_id)
    }

    fn keep(
        &self,
        error_id: &str,
        endpoint: &'static str,
        caller: &Caller<'_>,
        answer: &Answer,
        failure: &Failure,
    ) {
        let at = self.server.now();
        let refused = Refused {
            error_id: error_id.into(),
            at,
            endpoint,
            status: answer.status.as_u16(),
            error: answer.error,
            error_description: answer.description.clone(),
            client_id: caller.client_id.map(Into::into),
            account: caller.account.as_deref().map(AccountNames::from),
            authentication: caller.authentication,
            address: caller.address,
            explanation: Explanation::of(failure, caller.client_id, at),
        };
        self.refusals.record(refused, self.server.monotonic());
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway")
            .field("issuer", &self.issuer)
            .field("tag", &self.tag)
            .finish_non_exhaustive()
    }
}

/// Who called, as far as is known: for log and explanation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Caller<'a> {
    /// The client id that was claimed, if it can be one.
    pub(crate) client_id: Option<&'a str>,
    /// The account of that id, if it is in memory.
    pub(crate) account: Option<Arc<Account>>,
    /// How it authenticated (RFC 7591 §2).
    pub(crate) authentication: Option<&'static str>,
    /// Where from.
    pub(crate) address: CallerAddress,
}

impl Caller<'_> {
    /// A caller of whom only `address` is known, if that.
    pub(crate) fn unknown(address: CallerAddress) -> Self {
        Self { address, ..Self::default() }
    }
}
