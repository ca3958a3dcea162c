//! Posts each line of a file once, over a few connections that stay open, and prints the rate.
//!
//! For requests that behave differently when repeated: an account's first token after a start, a token's first
//! introspection.

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

/// Post each line of a file once as a form, and print requests/s, p99 in ms, and the number of responses other than 200
#[derive(Debug, Parser)]
struct Once {
    /// URL to post to; `http` only
    url: Uri,
    /// File of request bodies, one per line
    bodies: PathBuf,
    /// Number of connections, each with one request at a time
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// File to write the access tokens of the responses to, one per line
    #[arg(long, value_name = "FILE")]
    tokens: Option<PathBuf>,
}

/// Single-threaded, like wrk in the other measurements.
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
    let mut results = Results::default();
    while let Some(one) = callers.join_next().await {
        results.add(one??);
    }
    let elapsed = clock.monotonic().saturating_sub(began);

    if let Some(path) = &once.tokens {
        std::fs::write(path, results.tokens.join("\n") + "\n")?;
    }
    results.latencies.sort_unstable();
    let p99 = results.latencies.get(results.latencies.len() * 99 / 100).copied().unwrap_or_default();
    let count = u32::try_from(results.latencies.len())?;
    let rate = f64::from(count) / elapsed.as_secs_f64();
    writeln!(std::io::stdout(), "{rate:.0} {:.2} {}", p99.as_secs_f64() * 1_000.0, results.failures)?;
    Ok(())
}

/// The bodies that are not posted yet.
struct Queue {
    bodies: Vec<Bytes>,
    taken: AtomicUsize,
}

impl Queue {
    fn take(&self) -> Option<Bytes> {
        self.bodies.get(self.taken.fetch_add(1, Ordering::Relaxed)).cloned()
    }
}

/// The results of all responses.
#[derive(Default)]
struct Results {
    latencies: Vec<Duration>,
    failures: usize,
    tokens: Vec<String>,
}

impl Results {
    fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        self.failures += other.failures;
        self.tokens.extend(other.tokens);
    }
}

async fn call(mut client: FormClient, once: Arc<Once>, queue: Arc<Queue>) -> Result<Results, Error> {
    let mut results = Results::default();
    while let Some(body) = queue.take() {
        let answer = client.post(body).await?;
        results.latencies.push(answer.elapsed);
        results.failures += usize::from(answer.status != StatusCode::OK);
        if once.tokens.is_some() && answer.status == StatusCode::OK {
            let answer: serde_json::Value = serde_json::from_slice(&answer.body)?;
            results.tokens.extend(answer["access_token"].as_str().map(str::to_owned));
        }
    }
    Ok(results)
}
