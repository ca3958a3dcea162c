//! A million revoked tokens: what they cost in memory, and how long a node needs to know them.
//!
//! Alone in its process, so that the memory it measures is its own.

#![expect(clippy::unwrap_used, reason = "helpers of a test, not only the test, may panic")]

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use jeton_core::store::{Migrate, Store};
use jeton_core::{AuthorizationServer, Clock as _};
use jeton_server::config::{Config, Overrides, ProcessEnvironment};
use jeton_server::start::{open_master_key, open_store, settings};
use jeton_server::system::{SystemClock, SystemRandomness};
use tempfile::TempDir;

const CONFIG: &str = "region = \"us\"\n[[regions]]\nname = \"us\"\nissuer = \"https://app.example.com\"\n";
const MIB: usize = 1_024;

#[tokio::test]
async fn a_million_revocations_take_at_most_100_mib_also_while_they_are_read() {
    let folder = TempDir::new().unwrap();
    let config = filled(&folder);
    let store = open_store(&config, Migrate::Never).await.unwrap();
    let before = status("VmRSS:");
    let clock = SystemClock::new();
    let began = clock.monotonic();
    let server = open(&config, store).await;
    let took = clock.monotonic().checked_sub(began).unwrap();
    let grown = status("VmHWM:").checked_sub(before).unwrap();
    eprintln!("1,000,000 revocations: {} MiB at most, read in {took:?}", grown / MIB);
    assert!(grown < 100 * MIB, "{grown} KiB");
    assert!(grown > 20 * MIB, "{grown} KiB: they were not read");
    // Far above what an optimised build needs.
    assert!(took < Duration::from_secs(20), "{took:?}");
    drop(server);
}

/// A database with the revocations, made by a process of its own.
fn filled(folder: &TempDir) -> Config {
    let path = folder.path().join("jeton.toml");
    std::fs::write(&path, CONFIG).unwrap();
    let mut filler = Command::new(env!("CARGO_BIN_EXE_fill"));
    filler.arg("--config").arg(&path).arg("--secrets").arg(folder.path().join("secrets"));
    filler.args(["--callers", "0", "--revoked", "1000000"]);
    assert!(filler.status().unwrap().success());
    let overrides = Overrides { config: Some(path), region: None };
    Config::load(&overrides, &ProcessEnvironment).unwrap().config
}

async fn open(config: &Config, store: Arc<dyn Store>) -> AuthorizationServer {
    let (clock, randomness) = (Arc::new(SystemClock::new()), Arc::new(SystemRandomness));
    let master = open_master_key(config, &*store, &*randomness).await.unwrap();
    AuthorizationServer::open(settings(config), store, &master.key, clock, randomness).await.unwrap()
}

/// A line of this process's status, in KiB.
fn status(name: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
