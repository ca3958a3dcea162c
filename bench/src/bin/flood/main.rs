//! Floods a running server beside good clients, and prints how both fare. `bench/flood` runs it, once for each kind of
//! flood.

mod accounts;
mod addresses;
mod attack;
mod connection;
mod flood;
mod flooder;
mod good_clients;
mod http;
mod metrics_text;
mod node;
mod operator;
mod report;
mod warm_up;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use jeton_bench::Error;
use jeton_server::config::{Config, Overrides, ProcessEnvironment};
use tokio::time::{sleep, timeout};

use crate::accounts::Accounts;
use crate::addresses::Origins;
use crate::attack::{Attack, Kind};
use crate::flood::Flood;
use crate::good_clients::GoodClients;
use crate::node::Node;
use crate::operator::Operator;
use crate::report::Report;
use crate::warm_up::warm_up;

/// Flood a running server on loopback beside good clients, and print how both fare
#[derive(Debug, Parser)]
struct Options {
    /// The server's configuration
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// The server's process
    #[arg(long, value_name = "PID")]
    process: u32,
    /// Folder with the accounts that the fill program created: in-memory, not-in-memory, changed, targets, attackers
    #[arg(long, value_name = "DIR")]
    accounts: PathBuf,
    /// Kind of flood
    #[arg(long)]
    kind: Kind,
    /// Number of connections
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    connections: u16,
    /// Number of addresses that the connections come from
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u16).range(1..))]
    addresses: u16,
    /// Send all requests from 127.0.0.1, which forwards them for N addresses
    #[arg(long, value_name = "N", conflicts_with = "addresses", value_parser = clap::value_parser!(u16).range(1..))]
    forwarded: Option<u16>,
    /// Number of bytes that the flood `bodies` sends of each body at once
    #[arg(long, value_name = "N", default_value = "0", value_parser = clap::value_parser!(u16).range(..=64_000))]
    body_bytes: u16,
    /// Duration of the flood once its connections are open
    #[arg(long, value_name = "SECONDS", default_value_t = 20)]
    seconds: u16,
    /// Time after the flood at which memory is measured again
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    after: u16,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Error> {
    let options = Options::parse();
    let report = timeout(options.longest(), measure(&options))
        .await
        .map_err(|_| "the measurement took too long")??;
    write!(std::io::stdout(), "{report}")?;
    if report.flood.open_share < MIN_OPEN_SHARE {
        writeln!(std::io::stderr(), "fewer than 95 % of the connections were open")?;
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

async fn measure(options: &Options) -> Result<Report, Error> {
    let overrides = Overrides { config: Some(options.config.clone()), region: None };
    let config = Config::load(&overrides, &ProcessEnvironment)?.config;
    let server = config.listen.public;
    let node = Node { process: options.process, operations: config.listen.operations };
    let accounts = Accounts::read(&options.accounts)?;
    let operator = Arc::new(Operator::open(&config).await?);

    let (changes, unsigned_token) = warm_up(server, &accounts).await?;
    sleep(SETTLE).await;
    let memory_before = node.memory()?;
    let monitor = node.monitor();
    let good_clients = GoodClients::start(server, &accounts).await?;
    let attack = Attack {
        kind: options.kind,
        server,
        origins: options.origins(),
        region: config.this_region().name.clone(),
        accounts,
        unsigned_token,
        body_bytes: options.body_bytes.into(),
        requests: 0.into(),
    };
    let flood = Flood::start(attack, options.connections.into())?;
    flood.wait_until_open(MIN_OPEN_SHARE, OPEN_LIMIT).await;
    let time = Duration::from_secs(options.seconds.into());
    let (observed, effects) = tokio::join!(flood.observe(time), operator.make(changes, server, time));
    let attempts = good_clients.finish().await;
    let observed_node = monitor.finish().await?;
    flood.stop().await?;

    let after = Duration::from_secs(options.after.into());
    sleep(after).await;
    Ok(Report {
        flood: observed,
        node: observed_node,
        attempts,
        effects,
        memory_before,
        memory_after: (node.memory()?, after),
    })
}

impl Options {
    fn origins(&self) -> Origins {
        match self.forwarded {
            Some(count) => Origins::Forwarded(count.into()),
            None => Origins::Direct(self.addresses.into()),
        }
    }

    /// Longer than each step takes at most.
    fn longest(&self) -> Duration {
        Duration::from_secs(u64::from(self.seconds) + u64::from(self.after))
            + OPEN_LIMIT
            + operator::GIVE_UP
            + SLACK
    }
}

/// With fewer open connections, the figures are those of another flood.
const MIN_OPEN_SHARE: f64 = 0.95;
const OPEN_LIMIT: Duration = Duration::from_secs(30);
const SETTLE: Duration = Duration::from_secs(1);
const SLACK: Duration = Duration::from_mins(1);
