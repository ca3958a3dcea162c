//! A node: a process of `jeton serve` with its own configuration file.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStderr};

use crate::WalkError;
use crate::commands::command;

/// A running node. Dropping the value kills it.
#[derive(Debug)]
pub(crate) struct Node {
    process: Child,
    /// The URL for clients.
    pub(crate) public: String,
    /// The URL for probes.
    pub(crate) operations: String,
}

impl Node {
    /// Starts a node on free ports. Returns when it serves.
    ///
    /// # Errors
    /// If it does not start, with its log.
    pub(crate) async fn start(program: &Path, config: &Path) -> Result<Self, WalkError> {
        let mut serve = command(program, config, &["serve"]);
        let mut process = serve
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(WalkError::io("cannot start a node"))?;
        let mut log = process.stderr.take().map(|stderr| BufReader::new(stderr).lines());
        let (public, operations) = addresses(log.as_mut()).await?;
        // A full pipe would block the node.
        tokio::spawn(async move { while let Some(Ok(Some(_))) = next(log.as_mut()).await {} });
        Ok(Self { process, public, operations })
    }

    /// Kills the process with SIGKILL, and returns when it is gone.
    pub(crate) async fn kill(mut self) -> Result<(), WalkError> {
        self.process.kill().await.map_err(WalkError::io("cannot kill a node"))
    }
}

/// Writes a configuration. All nodes have the same issuer, the URL of the proxy, and the same master key.
///
/// # Errors
/// If the file cannot be written.
pub(crate) fn write_config(
    folder: &Path,
    name: &str,
    issuer: &str,
    database: &str,
) -> Result<PathBuf, WalkError> {
    let file = folder.join(name);
    let settings = format!(
        r#"region = "us"
[[regions]]
name = "us"
issuer = "{issuer}"
[listen]
public = "127.0.0.1:0"
operations = "127.0.0.1:0"
[database]
url = "{database}"
[keys]
master_key_file = "master.key"
[log]
format = "text"
"#
    );
    std::fs::write(&file, settings).map_err(WalkError::io("cannot write a configuration"))?;
    Ok(file)
}

type Log<'a> = Option<&'a mut Lines<BufReader<ChildStderr>>>;

async fn next(log: Log<'_>) -> Option<std::io::Result<Option<String>>> {
    Some(log?.next_line().await)
}

/// Reads the log until the node says where it serves.
async fn addresses(mut log: Log<'_>) -> Result<(String, String), WalkError> {
    let failed = |output: &str| WalkError::Command { command: "serve".to_owned(), output: output.to_owned() };
    let mut said = String::new();
    let found = async {
        while let Some(Ok(Some(line))) = next(log.as_deref_mut()).await {
            if let Some(found) = both(&line) {
                return Ok(found);
            }
            said.push_str(&line);
            said.push('\n');
        }
        Err(failed(said.trim_end()))
    };
    tokio::time::timeout(START, found).await.unwrap_or_else(|_| Err(failed("it did not start in time")))
}

/// The addresses in `Serving the region us on 127.0.0.1:1, probes and metrics on 127.0.0.1:2. Tokens …`.
fn both(line: &str) -> Option<(String, String)> {
    let (_, rest) = line.split_once("Serving the region ")?;
    let (_, rest) = rest.split_once(" on ")?;
    let (public, rest) = rest.split_once(", probes and metrics on ")?;
    let (operations, _) = rest.split_once(". ")?;
    Some((format!("http://{public}"), format!("http://{operations}")))
}

const START: Duration = Duration::from_mins(1);
