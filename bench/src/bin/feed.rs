//! Measures token requests while tokens are revoked and readers of other audiences wait for the revocation feed.
//! `bench/feed` runs it.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use clap::Parser;
use http::{StatusCode, Uri};
use jeton_bench::{Error, FeedReader, FormClient, quantile, read_callers};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};

/// Measure token requests alone, beside revocations, and also beside readers of the revocation feed
#[derive(Debug, Parser)]
struct Feed {
    /// The server's URL; `http` only
    url: String,
    /// Callers that request tokens and revoke some, one per line: client id and secret
    #[arg(long, value_name = "FILE")]
    callers: PathBuf,
    /// Accounts that read the revocation feed; they must not introspect tokens of the callers' audience
    #[arg(long, value_name = "FILE")]
    readers: PathBuf,
    /// Connections that request tokens
    #[arg(long, value_name = "N", default_value_t = 64)]
    connections: usize,
    /// Revocations per second
    #[arg(long, value_name = "N", default_value_t = 100)]
    revocations: u32,
    /// Seconds of each measurement
    #[arg(long, value_name = "S", default_value_t = 10)]
    seconds: u64,
}

/// What readers and revokers have done.
#[derive(Debug, Default)]
struct Counts {
    revoked: AtomicU64,
    documents: AtomicU64,
    bytes: AtomicU64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let feed = Feed::parse();
    let (callers, readers) = (read_callers(&feed.callers)?, read_callers(&feed.readers)?);
    let counts = Arc::new(Counts::default());
    let mut background = JoinSet::new();
    print("", "requests/s", ["p50 ms", "p95 ms"], "")?;
    measure(&feed, &callers).await?;
    report("alone", &feed, &measure(&feed, &callers).await?, "")?;
    background.spawn(revoke(feed.url.clone(), callers[0].clone(), feed.revocations, Arc::clone(&counts)));
    let times = measure(&feed, &callers).await?;
    report("beside revocations", &feed, &times, &revoked_since(0, &counts))?;
    for reader in readers {
        background.spawn(read(feed.url.parse()?, reader, Arc::clone(&counts)));
    }
    let started = Duration::from_secs(1);
    if let Ok(Some(ended)) = timeout(started, background.join_next()).await {
        return Err(format!("a reader or the revoker stopped: {ended:?}").into());
    }
    let before =
        [&counts.revoked, &counts.documents, &counts.bytes].map(|count| count.swap(0, Ordering::Relaxed));
    let times = measure(&feed, &callers).await?;
    let (documents, bytes) = (counts.documents.load(Ordering::Relaxed), counts.bytes.load(Ordering::Relaxed));
    let work = format!("{}, {documents} documents with {bytes} bytes", revoked_since(0, &counts));
    report("and beside readers", &feed, &times, &work)?;
    print("", "", ["", ""], &format!("at the start: {} documents with {} bytes", before[1], before[2]))?;
    if let Some(ended) = background.try_join_next() {
        return Err(format!("a reader or the revoker stopped: {ended:?}").into());
    }
    Ok(())
}

/// The response times of token requests, in milliseconds.
async fn measure(feed: &Feed, callers: &[(String, String)]) -> Result<Vec<f64>, Error> {
    let url: Uri = format!("{}/oauth/v1/token", feed.url).parse()?;
    let mut connections = JoinSet::new();
    for number in 0..feed.connections {
        let form = token_form(&callers[number % callers.len()]);
        let mut client = FormClient::connect(&url).await?;
        let until = tokio::time::Instant::now() + Duration::from_secs(feed.seconds);
        connections.spawn(async move {
            let mut times = Vec::new();
            while tokio::time::Instant::now() < until {
                let answer = client.post(form.clone()).await?;
                if answer.status != StatusCode::OK {
                    return Err(format!("a token request was answered with {}", answer.status).into());
                }
                times.push(answer.elapsed.as_secs_f64() * 1e3);
            }
            Ok::<_, Error>(times)
        });
    }
    let mut times = Vec::new();
    while let Some(done) = connections.join_next().await {
        times.extend(done??);
    }
    Ok(times)
}

/// Issues a token and revokes it, so many times a second.
async fn revoke(
    url: String,
    caller: (String, String),
    per_second: u32,
    counts: Arc<Counts>,
) -> Result<(), Error> {
    let mut tokens = FormClient::connect(&format!("{url}/oauth/v1/token").parse()?).await?;
    let mut revocations = FormClient::connect(&format!("{url}/oauth/v1/revoke").parse()?).await?;
    let mut ticks = interval(Duration::from_secs(1) / per_second);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let issued = tokens.post(token_form(&caller)).await?;
        let issued: serde_json::Value = serde_json::from_slice(&issued.body)?;
        let token = issued["access_token"].as_str().ok_or("a token request was refused")?;
        let form = format!("client_id={}&client_secret={}&token={token}", caller.0, caller.1);
        let answer = revocations.post(form.into()).await?;
        if answer.status != StatusCode::OK {
            return Err(format!("a revocation was answered with {}", answer.status).into());
        }
        counts.revoked.fetch_add(1, Ordering::Relaxed);
    }
}

async fn read(url: Uri, reader: (String, String), counts: Arc<Counts>) -> Result<(), Error> {
    let mut reader = FeedReader::connect(&url, &reader.0, &reader.1).await?;
    loop {
        if let Some(length) = reader.poll().await? {
            counts.documents.fetch_add(1, Ordering::Relaxed);
            counts.bytes.fetch_add(u64::try_from(length)?, Ordering::Relaxed);
        }
    }
}

fn token_form((client_id, secret): &(String, String)) -> Bytes {
    format!("grant_type=client_credentials&client_id={client_id}&client_secret={secret}").into()
}

fn revoked_since(before: u64, counts: &Counts) -> String {
    format!("{} revocations", counts.revoked.load(Ordering::Relaxed) - before)
}

fn report(name: &str, feed: &Feed, times: &[f64], work: &str) -> std::io::Result<()> {
    let rate = u64::try_from(times.len()).unwrap_or(u64::MAX) / feed.seconds;
    let quantiles = [0.5, 0.95].map(|share| format!("{:.2}", quantile(times, share)));
    print(name, &rate.to_string(), [&quantiles[0], &quantiles[1]], work)
}

fn print(name: &str, rate: &str, quantiles: [&str; 2], work: &str) -> std::io::Result<()> {
    writeln!(std::io::stdout(), "{name:<20} {rate:>10} {:>8} {:>8}  {work}", quantiles[0], quantiles[1])
}
