//! Measures how many tokens clients can revoke in a second. `bench/revoke` runs it.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use clap::Parser;
use http::{StatusCode, Uri};
use jeton_bench::{Error, FormClient, quantile, read_callers};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Measure revocations by clients
#[derive(Debug, Parser)]
struct Revoke {
    /// The URL of each server; `http` only. The connections are shared out among them
    #[arg(required = true)]
    urls: Vec<String>,
    /// The clients, one per line: client id and secret. A server lets each revoke 200 tokens a second
    #[arg(long, value_name = "FILE")]
    callers: PathBuf,
    /// Connections, each with one request at a time
    #[arg(long, value_name = "N", default_value_t = 32)]
    connections: usize,
    /// Number of tokens to revoke in each round
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    tokens: usize,
    /// Number of rounds
    #[arg(long, value_name = "N", default_value_t = 3)]
    rounds: u32,
}

/// A connection, and the revocation requests to send over it.
type Work = (FormClient, Vec<Bytes>);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let revoke = Revoke::parse();
    let callers = read_callers(&revoke.callers)?;
    let mut out = std::io::stdout();
    writeln!(out, "{:<8} {:>13} {:>8} {:>8} {:>8}", "round", "revocations/s", "p50 ms", "p95 ms", "p99 ms")?;
    for round in 1..=revoke.rounds {
        let work = prepare(&revoke, &callers).await?;
        let (times, elapsed) = measure(work).await?;
        let rate = f64::from(u32::try_from(times.len())?) / elapsed.as_secs_f64();
        let [p50, p95, p99] = [0.5, 0.95, 0.99].map(|share| quantile(&times, share));
        writeln!(out, "{round:<8} {rate:>13.0} {p50:>8.2} {p95:>8.2} {p99:>8.2}")?;
    }
    Ok(())
}

/// Issues the tokens. The callers take turns on each connection, so that none reaches its limit.
async fn prepare(revoke: &Revoke, callers: &[(String, String)]) -> Result<Vec<Work>, Error> {
    let mut connections = JoinSet::new();
    for (connection, server) in (0..revoke.connections).zip(revoke.urls.iter().cycle()) {
        let issue: Uri = format!("{server}/oauth/v1/token").parse()?;
        let url: Uri = format!("{server}/oauth/v1/revoke").parse()?;
        let mut tokens = FormClient::connect(&issue).await?;
        let own: Vec<_> = callers.iter().skip(connection).step_by(revoke.connections).cloned().collect();
        let count = revoke.tokens / revoke.connections;
        connections.spawn(async move {
            let mut requests = Vec::new();
            for (client_id, secret) in own.iter().cycle().take(count) {
                let credentials = format!("client_id={client_id}&client_secret={secret}");
                let form = format!("grant_type=client_credentials&{credentials}");
                let answer: serde_json::Value =
                    serde_json::from_slice(&tokens.post(form.into()).await?.body)?;
                let token = answer["access_token"].as_str().ok_or("a token request was refused")?;
                requests.push(format!("{credentials}&token={token}").into());
            }
            Ok::<_, Error>((FormClient::connect(&url).await?, requests))
        });
    }
    let mut work = Vec::new();
    while let Some(done) = connections.join_next().await {
        work.push(done??);
    }
    Ok(work)
}

/// The response times in milliseconds, and the time from the first request to the last response.
async fn measure(work: Vec<Work>) -> Result<(Vec<f64>, Duration), Error> {
    let began = Instant::now();
    let mut connections = JoinSet::new();
    for (mut client, requests) in work {
        connections.spawn(async move {
            let mut times = Vec::with_capacity(requests.len());
            for request in requests {
                let answer = client.post(request).await?;
                if answer.status != StatusCode::OK {
                    return Err(format!("a revocation was answered with {}", answer.status).into());
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
    Ok((times, began.elapsed()))
}
