//! Disables accounts and revokes tokens in the store during the flood, and measures when the server applies it.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use jeton_admin::administration::{AccountAdministration as _, TokenAdministration as _};
use jeton_admin::error::AdminError;
use jeton_admin::value::Actor;
use jeton_admin::{Authority, Reach};
use jeton_bench::Error;
use jeton_core::Context;
use jeton_core::admin::StoreAdministration;
use jeton_core::store::{LockWait, Migrate, OpenOptions};
use jeton_protocol::PresentedToken;
use jeton_server::OperatorExplanations;
use jeton_server::config::Config;
use jeton_server::start::{open_master_key, open_store, settings};
use jeton_server::system::{SystemClock, SystemRandomness};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use crate::addresses::good_client;
use crate::connection::Client;
use crate::http::Answer;

/// The administration that the command line uses.
pub(crate) struct Operator {
    administration: StoreAdministration,
    authority: Authority,
}

/// What the operator changes.
#[derive(Clone)]
pub(crate) enum Change {
    /// Disables the account with this client id.
    Disable(String),
    /// Revokes this token.
    Revoke(String),
}

/// A change, and the request that shows whether the server has applied it.
pub(crate) struct WatchedChange {
    pub(crate) change: Change,
    pub(crate) request: Vec<u8>,
}

/// When a change was applied. `None` if it was not within [`GIVE_UP`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effect {
    pub(crate) is_disable: bool,
    /// From the start of the change until the first request was sent that was refused.
    pub(crate) refused: Option<Duration>,
    /// The same until that refusal was received.
    pub(crate) received: Option<Duration>,
}

impl Operator {
    /// Opens the store of the running server as a command does.
    pub(crate) async fn open(config: &Config) -> Result<Self, Error> {
        let lock_wait =
            LockWait { limit: Duration::from_secs(10), notice_after: Duration::from_secs(10), notice: || {} };
        let options = OpenOptions { lock_wait: Some(lock_wait), ..Migrate::Never.into() };
        let store = open_store(config, options).await?;
        let master = open_master_key(config, &*store, &SystemRandomness).await?;
        let context = Context {
            store,
            region: config.this_region().name.clone(),
            clock: Arc::new(SystemClock::new()),
            randomness: Arc::new(SystemRandomness),
        };
        let explainer = Arc::new(OperatorExplanations);
        let administration =
            StoreAdministration::open(context, settings(config), &master.key, explainer).await?;
        Ok(Self {
            administration,
            authority: Authority::new(Actor::Cli("bench".to_owned()), Reach::region()),
        })
    }

    /// Makes the changes one after the other within `time`, and waits until the server has applied them. A change that
    /// fails is printed and has no effect.
    pub(crate) async fn make(
        self: Arc<Self>,
        changes: Vec<WatchedChange>,
        server: SocketAddr,
        time: Duration,
    ) -> Vec<Effect> {
        let pause = time / u32::try_from(changes.len() + 1).unwrap_or(u32::MAX);
        let mut at = Instant::now();
        let mut watched = JoinSet::new();
        for (number, change) in changes.into_iter().enumerate() {
            at += pause;
            sleep_until(at).await;
            let operator = Arc::clone(&self);
            let client = Client::new(good_client(FIRST_CLIENT + number), server);
            watched.spawn(async move { operator.watch(change, client).await });
        }
        watched.join_all().await
    }

    async fn watch(&self, watched: WatchedChange, client: Client) -> Effect {
        let WatchedChange { change, request } = watched;
        let start = Instant::now();
        let first_refusal = first_refusal(client, &request, &change, start);
        let (made, times) = tokio::join!(self.change(&change), first_refusal);
        if let Err(error) = made {
            let _ = writeln!(std::io::stderr(), "the store refused a change: {error}");
        }
        let (refused, received) = times.unzip();
        Effect { is_disable: matches!(change, Change::Disable(_)), refused, received }
    }

    async fn change(&self, change: &Change) -> Result<(), AdminError> {
        let (administration, by) = (&self.administration, &self.authority);
        match change {
            Change::Disable(id) => administration.disable_account(by, id).await.map(drop),
            Change::Revoke(token) => {
                administration.revoke_token(by, &PresentedToken::new(token.clone())).await.map(drop)
            }
        }
    }
}

impl Change {
    /// Whether an answer shows that the server has applied the change.
    fn is_applied(&self, answer: &Answer) -> bool {
        match self {
            Self::Disable(_) => answer.status == 401,
            Self::Revoke(_) => {
                let body: Option<serde_json::Value> = serde_json::from_slice(&answer.body).ok();
                answer.status == 200 && body.is_some_and(|body| body["active"] == false)
            }
        }
    }
}

/// Repeats the request until it is refused because of the change. Returns when that request was sent, and when its
/// answer was received.
async fn first_refusal(
    mut client: Client,
    request: &[u8],
    change: &Change,
    start: Instant,
) -> Option<(Duration, Duration)> {
    loop {
        let sent = start.elapsed();
        if sent > GIVE_UP {
            return None;
        }
        let answer = client.ask(request, ANSWER_LIMIT).await;
        if answer.is_some_and(|answer| change.is_applied(&answer)) {
            return Some((sent, start.elapsed()));
        }
        sleep(PERIOD).await;
    }
}

/// How long the operator waits for a change to be applied.
pub(crate) const GIVE_UP: Duration = Duration::from_secs(30);
const ANSWER_LIMIT: Duration = Duration::from_secs(10);
const PERIOD: Duration = Duration::from_millis(20);
/// Addresses that few good clients use.
const FIRST_CLIENT: usize = 180;
