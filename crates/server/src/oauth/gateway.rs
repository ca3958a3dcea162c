//! The state that all requests of a node share: the authorization server and the HTTP settings around it.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::poll_immediate;
use jeton_core::model::{Account, CallerAddress};
use jeton_core::store::StoreError;
use jeton_core::{AuthorizationServer, HashCost, Randomness, Refusal};
use jeton_protocol::ClientId;

use crate::background::TasksDown;
use crate::config::{Config, Issuer, Prefix};
use crate::oauth::body_budget::BodyBudget;
use crate::oauth::error_id::NodeTag;
use crate::oauth::extract::address::TrustedProxies;
use crate::oauth::failure::Failure;
use crate::oauth::in_flight::InFlight;
use crate::oauth::long_polls::LongPolls;
use crate::oauth::pacing::{AnswerPacing, Paced};
use crate::operations::metrics::{Metrics, NodeState};
use crate::operations::refusal_sampler::RefusalSampler;
use crate::operations::refusals::Refusals;

/// The HTTP side of one node. Created once and shared.
pub struct Gateway {
    pub(crate) server: AuthorizationServer,
    pub(crate) issuer: Issuer,
    pub(crate) prefix: Prefix,
    pub(crate) scopes_supported: Vec<String>,
    pub(crate) trusted_proxies: TrustedProxies,
    pub(crate) body_timeout: Duration,
    pub(crate) body_budget: BodyBudget,
    pub(crate) request_timeout: Duration,
    pub(crate) in_flight: InFlight,
    pub(crate) long_polls: LongPolls,
    pub(crate) pacing: AnswerPacing,
    pub(crate) metrics: Metrics,
    pub(crate) refusals: Refusals,
    pub(crate) refusal_sampler: RefusalSampler,
    pub(crate) tasks_down: TasksDown,
    pub(super) tag: NodeTag,
    pub(super) randomness: Arc<dyn Randomness>,
}

impl Gateway {
    /// Serves `server` over HTTP with the settings of `config`.
    #[must_use]
    pub fn new(config: &Config, server: AuthorizationServer, randomness: Arc<dyn Randomness>) -> Arc<Self> {
        let tag = NodeTag::generate(&*randomness);
        Self::with_tag(config, server, randomness, tag)
    }

    /// As [`new`](Self::new), with the prefix of this node's error ids.
    pub(crate) fn with_tag(
        config: &Config,
        server: AuthorizationServer,
        randomness: Arc<dyn Randomness>,
        tag: NodeTag,
    ) -> Arc<Self> {
        let region = config.this_region();
        Arc::new(Self {
            server,
            issuer: region.issuer.clone(),
            prefix: config.server.prefix.clone(),
            scopes_supported: config.metadata.scopes.iter().map(ToString::to_string).collect(),
            trusted_proxies: TrustedProxies::from(&config.listen),
            body_timeout: config.listen.body_timeout,
            body_budget: BodyBudget::new(),
            request_timeout: config.server.request_timeout,
            in_flight: InFlight::new(config.limits.in_flight.get()),
            long_polls: LongPolls::new(),
            pacing: AnswerPacing::new(),
            metrics: Metrics::new(region.name.as_str()),
            refusals: Refusals::new(),
            refusal_sampler: RefusalSampler::new(),
            tasks_down: TasksDown::default(),
            tag,
            randomness,
        })
    }

    /// The authorization server.
    #[must_use]
    pub fn server(&self) -> &AuthorizationServer {
        &self.server
    }

    /// The prefix of the error ids of this node.
    #[must_use]
    pub fn tag(&self) -> &NodeTag {
        &self.tag
    }

    /// Answers now everything that waits, and later requests at once: long polls and paced answers. Called at the
    /// stop, which would otherwise wait for them.
    pub fn end_waits(&self) {
        self.long_polls.end();
        self.pacing.end();
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

    /// The current load of the node, for the metrics.
    pub(crate) fn state(&self) -> NodeState {
        let (directory, hashes) = (self.server.directory(), self.server.hashes());
        let activated = directory.catalog().keys.oldest_activation();
        NodeState {
            change_feed_silence: directory.staleness(),
            change_source: directory.announcements().change_source(),
            long_polls: self.long_polls.waiting(),
            revocation_feed_documents: self.server.revocation_feed_documents_built(),
            in_flight: self.in_flight.count(),
            light_hashes: hashes.used_slots(HashCost::Light),
            heavy_hashes: hashes.used_slots(HashCost::Heavy),
            active_key_age: activated.map_or(Duration::ZERO, |at| at.until(self.server.now())),
            write_failures: self.server.node().write_failures(),
            known_ids: directory.known_id_count(),
        }
    }

    /// Limits the core's work to the request timeout.
    pub(crate) async fn with_timeout<T>(
        &self,
        work: impl Future<Output = Result<T, Refusal>>,
    ) -> Result<T, Failure> {
        let mut work = pin!(work);
        // Most requests are answered from memory. They need no timer.
        let done = match poll_immediate(work.as_mut()).await {
            Some(done) => done,
            None => tokio::time::timeout(self.request_timeout, work).await.map_err(|_| Failure::TooSlow)?,
        };
        Ok(done?)
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

/// Who called, as far as it is known, for the log and the explanation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Caller<'a> {
    /// The client id that was claimed, if it can be one.
    pub(crate) client_id: Option<&'a str>,
    /// The account with that id, if it is in memory.
    pub(crate) account: Option<Arc<Account>>,
    /// How it authenticated (RFC 7591 §2).
    pub(crate) authentication: Option<&'static str>,
    /// The address of the caller.
    pub(crate) address: CallerAddress,
}

impl Caller<'_> {
    /// A caller of which at most the address is known.
    pub(crate) fn unknown(address: CallerAddress) -> Self {
        Self { address, ..Self::default() }
    }

    /// How the refusal is paced, if it is one that a caller could cause without end.
    pub(super) fn paced(&self, failure: &Failure) -> Option<Paced> {
        match failure {
            Failure::Refused(Refusal::Client(_) | Refusal::Limited { .. }) => {
                Some(Paced::FailedAuthentication(self.address.network()))
            }
            Failure::Refused(Refusal::TooManyInvalidTokens { .. }) => {
                self.client_id.and_then(|id| ClientId::parse(id).ok()).map(Paced::InactiveToken)
            }
            _ => None,
        }
    }
}

/// Must match the label `within` of the metric.
const EXPIRING_WITHIN: Duration = Duration::from_hours(24 * 30);
