//! Two nodes on one database, and their clients.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jeton_bench::Error;
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::accounts::{Account, Accounts, FirstCalls};
use crate::caller::Caller;
use crate::commands::{CommandFailure, Program};
use crate::node::{Node, write_config};
use crate::sample::{Kind, Samples};

/// What two nodes need.
pub(crate) struct Plan<'a> {
    pub(crate) program: &'a Program,
    /// The folder with the master key.
    pub(crate) folder: &'a Path,
    /// A name for the files.
    pub(crate) name: &'a str,
    /// The database, as commands and each node reach it.
    pub(crate) urls: [&'a str; 3],
    /// `[outage] serve_stale_for`.
    pub(crate) stale: &'a str,
    pub(crate) accounts: &'a Arc<Accounts>,
}

/// Two running nodes. Dropping the value kills them.
pub(crate) struct Site {
    pub(crate) nodes: [Node; 2],
    pub(crate) clients: Arc<Clients>,
    pub(crate) administration: Administration,
}

/// What clients know.
pub(crate) struct Clients {
    pub(crate) accounts: Arc<Accounts>,
    pub(crate) cold: FirstCalls,
    pub(crate) probes: FirstCalls,
    /// Tokens that each node has introspected.
    pub(crate) seen: Vec<String>,
}

impl Clients {
    /// The account that introspects.
    pub(crate) fn introspecting(&self) -> &Account {
        &self.accounts.warm[0]
    }
}

/// Jeton's commands with a configuration.
#[derive(Clone)]
pub(crate) struct Administration {
    program: Program,
    config: PathBuf,
}

impl Administration {
    pub(crate) fn new(program: &Program, config: PathBuf) -> Self {
        Self { program: program.clone(), config }
    }

    /// Runs a command, and parses the JSON that it prints.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Result<Value, CommandFailure> {
        self.program.run(&self.config, arguments).await
    }
}

impl Site {
    /// Starts the nodes, and brings the accounts into their memory.
    pub(crate) async fn start(plan: &Plan<'_>) -> Result<Self, Error> {
        let config = |number: usize| {
            let name = format!("{}-{number}.toml", plan.name);
            write_config(plan.folder, &name, plan.urls[number], plan.stale)
        };
        let administration = Administration::new(plan.program, config(0)?);
        let [mut first, mut second] =
            [Node::new(plan.program, config(1)?), Node::new(plan.program, config(2)?)];
        tokio::try_join!(first.start(), second.start())?;
        let accounts = Arc::clone(plan.accounts);
        let (cold, probes) = (FirstCalls::new(&accounts.cold), FirstCalls::new(&accounts.probes));
        let clients = Clients { accounts, cold, probes, seen: Vec::new() };
        let mut site = Self { nodes: [first, second], clients: clients.into(), administration };
        let seen = site.warm_up().await?;
        if let Some(clients) = Arc::get_mut(&mut site.clients) {
            clients.seen = seen;
        }
        Ok(site)
    }

    /// A client of a node.
    pub(crate) fn caller(&self, node: usize, samples: &Samples) -> Result<Caller, Error> {
        Caller::new(node, self.nodes[node].address(), samples.clone())
    }

    /// Requests and introspects a token of each warm account at each node. Returns the tokens.
    async fn warm_up(&self) -> Result<Vec<String>, Error> {
        let callers = [self.caller(0, &Samples::default())?, self.caller(1, &Samples::default())?];
        let mut seen = Vec::new();
        for account in &self.clients.accounts.warm {
            for caller in &callers {
                let token = until(|| caller.token(Kind::WarmToken, account)).await;
                seen.push(token.ok_or("a node does not issue tokens")?);
            }
        }
        for caller in &callers {
            for token in &seen {
                let known =
                    until(|| caller.introspect(Kind::SeenToken, self.clients.introspecting(), token)).await;
                known.filter(|is_active| *is_active).ok_or("a node does not know a new token")?;
            }
        }
        Ok(seen)
    }

    /// Waits until each node is ready, serves an account that it does not have in memory, and revokes a token. Returns how
    /// long that took since `since`; `None` if it is not so after `limit`.
    pub(crate) async fn until_normal(
        &self,
        since: Instant,
        limit: Duration,
        samples: &Samples,
    ) -> Result<Option<Duration>, Error> {
        let mut waiting = JoinSet::new();
        for node in 0..self.nodes.len() {
            let (caller, clients) = (self.caller(node, samples)?, Arc::clone(&self.clients));
            waiting.spawn(async move {
                while !is_normal(&caller, &clients).await {
                    if since.elapsed() > limit {
                        return None;
                    }
                    sleep(POLL).await;
                }
                Some(since.elapsed())
            });
        }
        let all: Option<Vec<Duration>> = waiting.join_all().await.into_iter().collect();
        Ok(all.and_then(|all| all.into_iter().max()))
    }
}

async fn is_normal(caller: &Caller, clients: &Clients) -> bool {
    let account = clients.probes.next(caller.node);
    let Some(token) = caller.token(Kind::ColdToken, account).await else { return false };
    clients.probes.served(caller.node);
    caller.revoke(account, &token).await && caller.is_ready().await
}

/// The first result within a minute.
pub(crate) async fn until<T, F: Future<Output = Option<T>>>(mut attempt: impl FnMut() -> F) -> Option<T> {
    let began = Instant::now();
    loop {
        let result = attempt().await;
        if result.is_some() || began.elapsed() > AMPLE {
            return result;
        }
        sleep(POLL).await;
    }
}

const POLL: Duration = Duration::from_millis(20);
const AMPLE: Duration = Duration::from_mins(1);
