//! Posts each line of a file once, over a few connections that stay open, and prints how fast that went.
//!
//! For what is different the second time: an account's first token after a start, a token's first introspection.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use clap::Parser;
use http::{StatusCode, Uri};
use jeton_bench::{Error, FormClient};
use jeton_core::Clock as _;
use jeton_server::system::SystemClock;
use tokio::task::JoinSet;

/// Post each line of a file once, as a form; prints requests/s, p99 in ms, and how many were not 200
#[derive(Debug, Parser)]
struct Once {
    /// Where to post; `http` only
    url: Uri,
    /// The file of bodies, one a line
    bodies: PathBuf,
    /// Connections, each with one request at a time
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Where to write the access tokens of the answers, one a line
    #[arg(long, value_name = "FILE")]
    tokens: Option<PathBuf>,
}

/// One thread, as wrk has in the other measurements.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let once = Arc::new(Once::parse());
    let bodies: Vec<Bytes> =
        std::fs::read_to_string(&once.bodies)?.lines().map(|line| Bytes::from(line.to_owned())).collect();
    let queue = Arc::new(Queue { bodies, taken: AtomicUsize::new(0) });
    let mut connections = Vec::new();
    for _ in 0..once.connections {
        connections.push(FormClient::connect(&once.url).await?);
    }

    let clock = SystemClock::new();
    let began = clock.monotonic();
    let mut callers = JoinSet::new();
    for connection in connections {
        callers.spawn(call(connection, Arc::clone(&once), Arc::clone(&queue)));
    }
    let mut seen = Seen::default();
    while let Some(of_one) = callers.join_next().await {
        seen.add(of_one??);
    }
    let took = clock.monotonic().saturating_sub(began);

    if let Some(path) = &once.tokens {
        std::fs::write(path, seen.tokens.join("\n") + "\n")?;
    }
    seen.latencies.sort_unstable();
    let p99 = seen.latencies.get(seen.latencies.len() * 99 / 100).copied().unwrap_or_default();
    let count = u32::try_from(seen.latencies.len())?;
    let rate = f64::from(count) / took.as_secs_f64();
    writeln!(std::io::stdout(), "{rate:.0} {:.2} {}", p99.as_secs_f64() * 1_000.0, seen.failures)?;
    Ok(())
}

/// What is still to be posted.
struct Queue {
    bodies: Vec<Bytes>,
    taken: AtomicUsize,
}

impl Queue {
    fn take(&self) -> Option<Bytes> {
        self.bodies.get(self.taken.fetch_add(1, Ordering::Relaxed)).cloned()
    }
}

/// What came back.
#[derive(Default)]
struct Seen {
    latencies: Vec<Duration>,
    failures: usize,
    tokens: Vec<String>,
}

impl Seen {
    fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        self.failures += other.failures;
        self.tokens.extend(other.tokens);
    }
}

async fn call(mut client: FormClient, once: Arc<Once>, queue: Arc<Queue>) -> Result<Seen, Error> {
    let mut seen = Seen::default();
    while let Some(body) = queue.take() {
        let answer = client.post(body).await?;
        seen.latencies.push(answer.took);
        seen.failures += usize::from(answer.status != StatusCode::OK);
        if once.tokens.is_some() && answer.status == StatusCode::OK {
            let answer: serde_json::Value = serde_json::from_slice(&answer.body)?;
            seen.tokens.extend(answer["access_token"].as_str().map(str::to_owned));
        }
    }
    Ok(seen)
}
