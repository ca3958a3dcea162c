//! Clients with correct secrets, whose requests must succeed during the flood.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout};

use crate::accounts::{Account, Accounts};
use crate::addresses::good_client;
use crate::connection::Client;

/// The good clients of a measurement.
pub(crate) struct GoodClients {
    in_memory: JoinSet<Vec<Attempt>>,
    not_in_memory: JoinSet<Vec<Attempt>>,
    end: watch::Sender<bool>,
}

/// One token that a client wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt {
    pub(crate) is_served: bool,
    pub(crate) elapsed: Duration,
}

/// The attempts of all good clients.
#[derive(Debug)]
pub(crate) struct Attempts {
    pub(crate) in_memory: Vec<Attempt>,
    pub(crate) not_in_memory: Vec<Attempt>,
}

impl GoodClients {
    /// Opens the connections that stay open, and starts to send requests.
    pub(crate) async fn start(server: SocketAddr, accounts: &Accounts) -> io::Result<Self> {
        let mut clients = Vec::with_capacity(CLIENTS);
        for number in 0..CLIENTS {
            let mut client = Client::new(good_client(number), server);
            client.connect().await?;
            clients.push(client);
        }
        let (end, ended) = watch::channel(false);
        let mut in_memory = JoinSet::new();
        for (number, client) in clients.into_iter().enumerate() {
            let accounts = Arc::clone(&accounts.in_memory);
            in_memory.spawn(call_repeatedly(client, number, server, accounts, ended.clone()));
        }
        let mut not_in_memory = JoinSet::new();
        not_in_memory.spawn(call_once_each(server, Arc::clone(&accounts.not_in_memory), ended));
        Ok(Self { in_memory, not_in_memory, end })
    }

    /// Sends no more requests and waits for the answers.
    pub(crate) async fn finish(self) -> Attempts {
        self.end.send_replace(true);
        Attempts {
            in_memory: self.in_memory.join_all().await.concat(),
            not_in_memory: self.not_in_memory.join_all().await.concat(),
        }
    }
}

/// A client with a connection that stays open and an address of its own. Its requests are for all accounts in turn.
async fn call_repeatedly(
    mut client: Client,
    number: usize,
    server: SocketAddr,
    accounts: Arc<[Account]>,
    ended: watch::Receiver<bool>,
) -> Vec<Attempt> {
    let mut ticks = interval(CALL_PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut attempts = Vec::new();
    while !*ended.borrow() {
        ticks.tick().await;
        let account = &accounts[(number + attempts.len() * CLIENTS) % accounts.len()];
        let start = Instant::now();
        let is_served = obtains_token(&mut client, account, server).await;
        attempts.push(Attempt { is_served, elapsed: start.elapsed() });
    }
    attempts
}

/// Each account calls once, over a new connection.
async fn call_once_each(
    server: SocketAddr,
    accounts: Arc<[Account]>,
    ended: watch::Receiver<bool>,
) -> Vec<Attempt> {
    let mut ticks = interval(FIRST_CALL_PERIOD);
    let mut calls = JoinSet::new();
    for number in 0..accounts.len() {
        ticks.tick().await;
        if *ended.borrow() {
            break;
        }
        let client = Client::new(good_client(CLIENTS + number), server);
        calls.spawn(call_first(client, Arc::clone(&accounts), number, server));
    }
    calls.join_all().await
}

/// The first call of an account, which is tried again once.
async fn call_first(
    mut client: Client,
    accounts: Arc<[Account]>,
    number: usize,
    server: SocketAddr,
) -> Attempt {
    let (account, start) = (&accounts[number], Instant::now());
    let call = async {
        if obtains_token(&mut client, account, server).await {
            return true;
        }
        sleep(RETRY_AFTER).await;
        obtains_token(&mut client, account, server).await
    };
    let is_served = timeout(FIRST_CALL_LIMIT, call).await.unwrap_or(false);
    Attempt { is_served, elapsed: start.elapsed() }
}

/// Whether the account gets a token.
async fn obtains_token(client: &mut Client, account: &Account, server: SocketAddr) -> bool {
    let answer = client.ask(&account.token_request(server, None), CALL_LIMIT).await;
    answer.is_some_and(|answer| answer.status == 200)
}

/// Together they send 200 requests a second.
const CLIENTS: usize = 50;
const CALL_PERIOD: Duration = Duration::from_millis(250);
/// As long as usual clients wait.
const CALL_LIMIT: Duration = Duration::from_secs(10);
const FIRST_CALL_PERIOD: Duration = Duration::from_millis(40);
const FIRST_CALL_LIMIT: Duration = Duration::from_secs(2);
const RETRY_AFTER: Duration = Duration::from_millis(500);
