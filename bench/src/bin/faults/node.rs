//! A node: a process of `jeton serve` with its own configuration.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jeton_bench::Error;
use tokio::process::Child;
use tokio::time::{Instant, sleep};

use crate::commands::Program;

/// A node. Dropping the value kills its process.
pub(crate) struct Node {
    program: Program,
    config: PathBuf,
    log: PathBuf,
    process: Option<Child>,
    address: NodeAddress,
}

/// Where a node serves. It changes with each start.
#[derive(Debug, Clone, Default)]
pub(crate) struct NodeAddress(Arc<Mutex<Urls>>);

/// The URLs of the two listeners.
#[derive(Debug, Clone, Default)]
pub(crate) struct Urls {
    pub(crate) public: String,
    pub(crate) operations: String,
}

impl NodeAddress {
    pub(crate) fn urls(&self) -> Urls {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, urls: Urls) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = urls;
    }
}

impl Node {
    /// A node that does not run yet.
    pub(crate) fn new(program: &Program, config: PathBuf) -> Self {
        let log = config.with_extension("log");
        Self { program: program.clone(), config, log, process: None, address: NodeAddress::default() }
    }

    pub(crate) fn address(&self) -> NodeAddress {
        self.address.clone()
    }

    /// Starts the process, and returns when it serves.
    pub(crate) async fn start(&mut self) -> Result<(), Error> {
        self.spawn()?;
        let began = Instant::now();
        loop {
            let log = std::fs::read_to_string(&self.log)?;
            if let Some(urls) = log.lines().find_map(urls_in) {
                self.address.set(urls);
                return Ok(());
            }
            let has_ended =
                self.process.as_mut().is_none_or(|process| process.try_wait().is_ok_and(|end| end.is_some()));
            if has_ended || began.elapsed() > START {
                return Err(format!("a node did not start: {}", log.trim_end()).into());
            }
            sleep(POLL).await;
        }
    }

    /// Starts the process, and does not wait.
    pub(crate) fn spawn(&mut self) -> Result<(), Error> {
        // A log of its own for each start, so that the address is that of this one.
        let log = File::create(&self.log)?;
        let mut serve = self.program.command(&self.config, &["serve"]);
        self.process = Some(serve.stdout(Stdio::null()).stderr(log).spawn()?);
        Ok(())
    }

    /// Kills the process with SIGKILL, and returns when it is gone.
    pub(crate) async fn kill(&mut self) -> Result<(), Error> {
        if let Some(mut process) = self.process.take() {
            process.kill().await?;
        }
        Ok(())
    }
}

/// Writes a configuration. Those of one folder share the master key.
pub(crate) fn write_config(folder: &Path, name: &str, database: &str, stale: &str) -> Result<PathBuf, Error> {
    let file = folder.join(name);
    let settings = format!(
        r#"region = "us"
[[regions]]
name = "us"
issuer = "https://app.example.com"
[listen]
public = "127.0.0.1:0"
operations = "127.0.0.1:0"
[database]
url = "{database}"
[keys]
master_key_file = "master.key"
[outage]
serve_stale_for = "{stale}"
[log]
format = "text"
"#
    );
    std::fs::write(&file, settings)?;
    Ok(file)
}

/// The addresses in `Serving the region us on 127.0.0.1:1, probes and metrics on 127.0.0.1:2. Tokens …`.
fn urls_in(line: &str) -> Option<Urls> {
    let (_, rest) = line.split_once("Serving the region ")?;
    let (_, rest) = rest.split_once(" on ")?;
    let (public, rest) = rest.split_once(", probes and metrics on ")?;
    let (operations, _) = rest.split_once(". ")?;
    Some(Urls { public: format!("http://{public}"), operations: format!("http://{operations}") })
}

const START: Duration = Duration::from_mins(1);
const POLL: Duration = Duration::from_millis(10);
