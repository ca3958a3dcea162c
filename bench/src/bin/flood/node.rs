//! The server as its operator sees it: memory, readiness and metrics.

use std::net::SocketAddr;
use std::time::Duration;

use jeton_bench::Error;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use crate::addresses::LOCALHOST;
use crate::connection::Client;
use crate::http::get;
use crate::metrics_text::{longest, sample};

/// A server process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub(crate) process: u32,
    pub(crate) operations: SocketAddr,
}

/// Polls a server until it is stopped.
pub(crate) struct Monitor {
    metrics: JoinHandle<ObservedFeed>,
    readiness: JoinHandle<ObservedReadiness>,
    memory: JoinHandle<Result<f64, Error>>,
    end: watch::Sender<bool>,
}

/// What was seen of the server while it was monitored.
#[derive(Debug)]
pub(crate) struct ObservedNode {
    pub(crate) feed: ObservedFeed,
    pub(crate) readiness: ObservedReadiness,
    /// The largest resident memory in MiB.
    pub(crate) memory: f64,
}

/// What the metrics said about the change feed.
#[derive(Debug, Default)]
pub(crate) struct ObservedFeed {
    /// The largest `jeton_change_feed_silence_seconds`. `None` if it could never be read.
    pub(crate) longest_silence: Option<f64>,
    /// The upper bound, in seconds, of the bucket of the longest `jeton_change_feed_interval_seconds`.
    pub(crate) longest_interval: Option<String>,
    /// How often the metrics could not be read.
    pub(crate) unanswered: usize,
}

/// What the readiness probe said.
#[derive(Debug, Default)]
pub(crate) struct ObservedReadiness {
    pub(crate) polls: usize,
    pub(crate) not_ready: usize,
}

impl Node {
    /// Resident memory in MiB.
    pub(crate) fn memory(self) -> Result<f64, Error> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process))?;
        let line =
            status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("the server has stopped")?;
        let kib: u32 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(f64::from(kib) / 1024.0)
    }

    pub(crate) fn monitor(self) -> Monitor {
        let (end, ended) = watch::channel(false);
        Monitor {
            metrics: tokio::spawn(self.watch_metrics(ended.clone())),
            readiness: tokio::spawn(self.watch_readiness(ended.clone())),
            memory: tokio::spawn(self.watch_memory(ended)),
            end,
        }
    }

    async fn watch_metrics(self, ended: watch::Receiver<bool>) -> ObservedFeed {
        let (mut client, request) =
            (Client::new(LOCALHOST, self.operations), get(self.operations, "/metrics"));
        let (mut observed, mut ticks) = (ObservedFeed::default(), ticks());
        let (mut first, mut last) = (None, String::new());
        while !*ended.borrow() {
            ticks.tick().await;
            let answer = client.ask(&request, POLL_LIMIT).await;
            let text = answer.and_then(|answer| String::from_utf8(answer.body).ok()).unwrap_or_default();
            let Some(silence) = sample(&text, "jeton_change_feed_silence_seconds") else {
                observed.unanswered += 1;
                continue;
            };
            let longest = observed.longest_silence.get_or_insert(silence);
            *longest = longest.max(silence);
            first.get_or_insert_with(|| text.clone());
            last = text;
        }
        observed.longest_interval = longest(&first.unwrap_or_default(), &last);
        observed
    }

    async fn watch_readiness(self, ended: watch::Receiver<bool>) -> ObservedReadiness {
        let (mut client, request) =
            (Client::new(LOCALHOST, self.operations), get(self.operations, "/readyz"));
        let (mut observed, mut ticks) = (ObservedReadiness::default(), ticks());
        while !*ended.borrow() {
            ticks.tick().await;
            let answer = client.ask(&request, POLL_LIMIT).await;
            observed.polls += 1;
            observed.not_ready += usize::from(answer.is_none_or(|answer| answer.status != 200));
        }
        observed
    }

    async fn watch_memory(self, ended: watch::Receiver<bool>) -> Result<f64, Error> {
        let (mut largest, mut ticks) = (0.0_f64, ticks());
        while !*ended.borrow() {
            ticks.tick().await;
            largest = largest.max(self.memory()?);
        }
        Ok(largest)
    }
}

impl Monitor {
    /// Ends the polls.
    pub(crate) async fn finish(self) -> Result<ObservedNode, Error> {
        self.end.send_replace(true);
        Ok(ObservedNode {
            feed: self.metrics.await?,
            readiness: self.readiness.await?,
            memory: self.memory.await??,
        })
    }
}

fn ticks() -> tokio::time::Interval {
    let mut ticks = interval(Duration::from_millis(100));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// A load balancer would give up after about as long.
const POLL_LIMIT: Duration = Duration::from_secs(2);
