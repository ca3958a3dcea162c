//! A million revoked tokens: how much memory they need, and how long a node needs to load them.
//!
//! Alone in its process, because it measures the memory of the process.

#![expect(clippy::unwrap_used, reason = "helpers of a test may panic, like the test itself")]

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
    let config = filled_database(&folder);
    let store = open_store(&config, Migrate::Never).await.unwrap();
    let before = status("VmRSS:");
    let clock = SystemClock::new();
    let began = clock.monotonic();
    let server = open(&config, store).await;
    let elapsed = clock.monotonic().checked_sub(began).unwrap();
    let grown = status("VmHWM:").checked_sub(before).unwrap();
    eprintln!("1,000,000 revocations: {} MiB at most, loaded in {elapsed:?}", grown / MIB);
    assert!(grown < 100 * MIB, "{grown} KiB");
    assert!(grown > 20 * MIB, "{grown} KiB: the revocations were not loaded");
    // Far more than an optimized build needs.
    assert!(elapsed < Duration::from_secs(20), "{elapsed:?}");
    drop(server);
}

/// Creates a database with the revocations, in another process.
fn filled_database(folder: &TempDir) -> Config {
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

/// Reads a line of this process's status, in KiB.
fn status(name: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
