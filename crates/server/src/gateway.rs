//! What every request of this node shares: the authorization server and the facts of HTTP around it.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{Response, StatusCode};
use jeton_core::model::{Account, CallerAddress};
use jeton_core::store::StoreError;
use jeton_core::{AuthorizationServer, HashCost, Randomness, Refusal, Unavailable};
use tokio::sync::Semaphore;
use tracing::{error, info, warn};

use crate::config::{Config, Issuer, Prefix};
use crate::error_id::NodeTag;
use crate::explanation::{Explanation, Reason};
use crate::extract::TrustedProxies;
use crate::failure::Failure;
use crate::long_polls::LongPolls;
use crate::metrics::{EndpointLabel, Metrics, NodeState};
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
    most_in_flight: usize,
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
            most_in_flight: config.limits.in_flight.get(),
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

    /// Counts the accounts whose last secret expires within 30 days, for the metrics.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer; the metrics keep the last count.
    pub async fn count_expiring_secrets(&self) -> Result<(), StoreError> {
        let count = self.server.count_expiring_secrets(EXPIRING_WITHIN).await?;
        self.metrics.set_secrets_expiring(count);
        Ok(())
    }

    /// What the node is busy with now.
    pub(crate) fn state(&self) -> NodeState {
        let (directory, hashes) = (self.server.directory(), self.server.hashes());
        let activated = directory.catalog().keys.oldest_activation();
        NodeState {
            feed_silence: directory.staleness(),
            long_polls: self.long_polls.waiting(),
            in_flight: self.most_in_flight.saturating_sub(self.in_flight.available_permits()),
            light_hashes: hashes.used_slots(HashCost::Light),
            heavy_hashes: hashes.used_slots(HashCost::Heavy),
            active_key_age: activated.map_or(Duration::ZERO, |at| at.until(self.server.now())),
            write_failures: self.server.write_failures(),
        }
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
        let reason = self.keep(&error_id, endpoint.as_str(), caller, &answer, failure);
        self.metrics.refused(endpoint, answer.error, reason);
        if let Failure::Refused(Refusal::Unavailable(Unavailable::Store(error))) = failure {
            self.metrics.store_failed(error);
        }
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
    ) -> Reason {
        let at = self.server.now();
        let explanation = Explanation::of(failure, caller.client_id, at);
        let reason = explanation.reason;
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
            explanation,
        };
        self.refusals.record(refused, self.server.monotonic());
        reason
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

/// As the label `within` of the metric says.
const EXPIRING_WITHIN: Duration = Duration::from_hours(24 * 30);
