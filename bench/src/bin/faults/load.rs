//! Steady load on both nodes, about 200 requests a second.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jeton_bench::Error;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::accounts::Account;
use crate::caller::Caller;
use crate::sample::{Kind, Sample, Samples};
use crate::site::{Clients, Site};

/// Clients at work.
pub(crate) struct Load {
    stop: watch::Sender<bool>,
    clients: JoinSet<()>,
    samples: Samples,
    pub(crate) revoked: Revoked,
}

/// How often some clients call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rates {
    /// Clients of each node that revoke tokens, each ten times a second.
    pub(crate) revoking_clients: usize,
}

/// A token whose revocation was acknowledged.
#[derive(Debug, Clone)]
pub(crate) struct RevokedToken {
    pub(crate) token: String,
    /// When that was acknowledged.
    pub(crate) at: Instant,
}

/// All of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Revoked(Arc<Mutex<Vec<RevokedToken>>>);

impl Revoked {
    fn add(&self, token: RevokedToken) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(token);
    }

    /// Those after the first `count`.
    pub(crate) fn after(&self, count: usize) -> Vec<RevokedToken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().skip(count).cloned().collect()
    }
}

impl Load {
    /// Starts the clients of both nodes.
    pub(crate) fn start(site: &Site, rates: Rates) -> Result<Self, Error> {
        let (stop, stopped) = watch::channel(false);
        let mut load =
            Self { stop, clients: JoinSet::new(), samples: Samples::default(), revoked: Revoked::default() };
        for node in 0..site.nodes.len() {
            let works = [
                (Work::WarmTokens, Duration::from_millis(40), 3),
                (Work::SeenTokens, Duration::from_millis(50), 1),
                (Work::FirstCalls, Duration::from_millis(250), 1),
                (Work::WrongSecrets, Duration::from_millis(500), 1),
                (Work::Documents, Duration::from_millis(200), 1),
                (Work::Revocations, Duration::from_millis(100), rates.revoking_clients),
            ];
            for (work, period, count) in works {
                for number in 0..count {
                    let client = Client {
                        caller: site.caller(node, &load.samples)?,
                        clients: Arc::clone(&site.clients),
                        revoked: load.revoked.clone(),
                        number,
                        calls: AtomicUsize::new(0),
                    };
                    load.clients.spawn(client.repeat(work, period, stopped.clone()));
                }
            }
        }
        Ok(load)
    }

    /// Where the clients collect their requests.
    pub(crate) fn samples(&self) -> &Samples {
        &self.samples
    }

    /// Stops the clients after their current request. Returns all requests.
    pub(crate) async fn stop(mut self) -> (Vec<Sample>, Vec<RevokedToken>) {
        self.stop.send_replace(true);
        while self.clients.join_next().await.is_some() {}
        (self.samples.take(), self.revoked.after(0))
    }
}

/// What a client does.
#[derive(Debug, Clone, Copy)]
enum Work {
    WarmTokens,
    SeenTokens,
    FirstCalls,
    WrongSecrets,
    Documents,
    Revocations,
}

struct Client {
    caller: Caller,
    clients: Arc<Clients>,
    revoked: Revoked,
    number: usize,
    calls: AtomicUsize,
}

impl Client {
    async fn repeat(self, work: Work, period: Duration, stopped: watch::Receiver<bool>) {
        let mut ticks = interval(period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !*stopped.borrow() {
            ticks.tick().await;
            self.call(work).await;
        }
    }

    async fn call(&self, work: Work) {
        let (caller, clients) = (&self.caller, &self.clients);
        let turn = self.number + self.calls.fetch_add(1, Ordering::Relaxed);
        let account = &clients.accounts.warm[turn % clients.accounts.warm.len()];
        match work {
            Work::WarmTokens => drop(caller.token(Kind::WarmToken, account).await),
            Work::SeenTokens => {
                let token = &clients.seen[turn % clients.seen.len()];
                caller.introspect(Kind::SeenToken, clients.introspecting(), token).await;
            }
            Work::FirstCalls => {
                let account = clients.cold.next(caller.node);
                if caller.token(Kind::ColdToken, account).await.is_some() {
                    clients.cold.served(caller.node);
                }
            }
            Work::WrongSecrets => {
                let other = &clients.accounts.warm[(turn + 1) % clients.accounts.warm.len()];
                caller.token_answer(Kind::WrongSecret, account, &other.secret).await;
            }
            Work::Documents => {
                caller.keys().await;
                caller.is_ready().await;
            }
            Work::Revocations => self.revoke(account).await,
        }
    }

    async fn revoke(&self, account: &Account) {
        let Some(token) = self.caller.token(Kind::WarmToken, account).await else { return };
        if self.caller.revoke(account, &token).await {
            self.revoked.add(RevokedToken { token, at: Instant::now() });
        }
    }
}
