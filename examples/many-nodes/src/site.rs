//! Everything that the walk starts: PostgreSQL, the proxy, the nodes, and the administrator's commands.

use std::path::{Path, PathBuf};

use jeton_postgres_cluster::{Cluster, ClusterError, Durability};
use reqwest::Client;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tempfile::TempDir;

use crate::load::{Account, http, request_token};
use crate::node::{Node, write_config};
use crate::poll::until;
use crate::proxy::Proxy;
use crate::{WalkError, commands};

/// The running parts. Dropping the value stops them and deletes their files.
#[derive(Debug)]
pub(crate) struct Site {
    // Fields are dropped in their order: the nodes stop before their database.
    nodes: Vec<Node>,
    pub(crate) proxy: Proxy,
    pub(crate) http: Client,
    /// The configuration of commands.
    config: PathBuf,
    on_postgres: [PathBuf; 2],
    database: String,
    cluster: Option<Cluster>,
    folder: TempDir,
    program: PathBuf,
}

impl Site {
    /// Starts PostgreSQL, the proxy, and one node on SQLite.
    ///
    /// # Errors
    /// If a part does not start, with its output.
    pub(crate) async fn start(program: &Path) -> Result<Self, WalkError> {
        let folder = tempfile::tempdir().map_err(WalkError::io("cannot create a folder"))?;
        let cluster = blocking(|| {
            let cluster = Cluster::start(Durability::Durable)?;
            cluster.create_database("jeton")?;
            Ok(cluster)
        })
        .await?;
        let database = cluster.url("jeton");
        let proxy = Proxy::start().await?;
        let write = |name, database| write_config(folder.path(), name, &proxy.url(), database);
        let config = write("sqlite.toml", SQLITE)?;
        let on_postgres = [write("node-1.toml", &database)?, write("node-2.toml", &database)?];
        // The first command makes the tables and the master key.
        commands::run::<Value>(program, &config, &["resource", "create", RESOURCE, "--scope", "read"])
            .await?;
        let node = Node::start(program, &config).await?;
        proxy.add(&node.public, &node.operations);
        let (program, cluster, nodes) = (program.to_owned(), Some(cluster), vec![node]);
        Ok(Self { nodes, proxy, http: http()?, config, on_postgres, database, cluster, folder, program })
    }

    /// Copies the database of the node to PostgreSQL. From then on, commands use that.
    ///
    /// # Errors
    /// If the command fails, with its output.
    pub(crate) async fn copy_to_postgres(&mut self) -> Result<Copied, WalkError> {
        let from = format!("sqlite:{}", self.folder.path().join("jeton.db").display());
        let copied = self.run(&["store", "copy", "--from", &from, "--to", &self.database]).await?;
        self.config.clone_from(&self.on_postgres[0]);
        Ok(copied)
    }

    /// Starts two nodes on PostgreSQL, and stops the node on SQLite when the proxy finds them ready.
    ///
    /// # Errors
    /// If one does not start, with its log.
    pub(crate) async fn replace_node(&mut self) -> Result<(), WalkError> {
        let [first, second] = &self.on_postgres;
        let (first, second) =
            tokio::try_join!(Node::start(&self.program, first), Node::start(&self.program, second))?;
        let old = std::mem::replace(&mut self.nodes, vec![first, second]);
        for node in &self.nodes {
            self.proxy.add(&node.public, &node.operations);
        }
        until("the proxy finds the new nodes ready", async || Ok(self.proxy.ready() == 3)).await?;
        for node in old {
            self.proxy.remove(&node.public);
            node.kill().await?;
        }
        Ok(())
    }

    /// Runs a command, and parses the JSON that it prints.
    ///
    /// # Errors
    /// If the command fails, with its output.
    pub(crate) async fn run<T: DeserializeOwned>(&self, arguments: &[&str]) -> Result<T, WalkError> {
        commands::run(&self.program, &self.config, arguments).await
    }

    /// Creates an account.
    ///
    /// # Errors
    /// If the command fails, with its output.
    pub(crate) async fn create_account(&self, name: &str) -> Result<Account, WalkError> {
        self.run(&["account", "create", name, "--scope", "read"]).await
    }

    /// The URLs of the running nodes.
    pub(crate) fn nodes(&self) -> Vec<&str> {
        self.nodes.iter().map(|node| node.public.as_str()).collect()
    }

    /// Requests a token of each account at each node, so that all accounts are in memory.
    ///
    /// # Errors
    /// [`WalkError::Claim`] if one is refused.
    pub(crate) async fn warm_up(&self, accounts: &[Account]) -> Result<(), WalkError> {
        for node in self.nodes() {
            for account in accounts {
                let answer = request_token(&self.http, node, account).await;
                let status = answer.map_err(WalkError::http("requesting a token at a node"))?;
                if !status.is_success() {
                    return Err(WalkError::Claim(format!(
                        "each node knows each account; {node} said {status}"
                    )));
                }
            }
        }
        Ok(())
    }

    /// Kills node 2 with SIGKILL. The proxy learns of it from broken connections. Returns its URL.
    ///
    /// # Errors
    /// If the operating system refuses.
    pub(crate) async fn kill_node_2(&mut self) -> Result<String, WalkError> {
        let Some(node) = self.nodes.pop() else { return Ok(String::new()) };
        let url = node.public.clone();
        node.kill().await?;
        Ok(url)
    }

    /// Starts node 2 again, at another port.
    ///
    /// # Errors
    /// If it does not start, with its log.
    pub(crate) async fn start_node_2(&mut self, killed: &str) -> Result<(), WalkError> {
        let node = Node::start(&self.program, &self.on_postgres[1]).await?;
        self.proxy.remove(killed);
        self.proxy.add(&node.public, &node.operations);
        self.nodes.push(node);
        Ok(())
    }

    /// Stops PostgreSQL at once, as a crash does.
    ///
    /// # Errors
    /// If it does not stop.
    pub(crate) async fn crash_database(&mut self) -> Result<(), WalkError> {
        self.with_cluster(Cluster::crash).await
    }

    /// Starts PostgreSQL again. Returns when it accepts connections.
    ///
    /// # Errors
    /// If it does not start, with its log.
    pub(crate) async fn start_database(&mut self) -> Result<(), WalkError> {
        self.with_cluster(Cluster::start_again).await
    }

    async fn with_cluster(
        &mut self,
        work: impl FnOnce(&Cluster) -> Result<(), ClusterError> + Send + 'static,
    ) -> Result<(), WalkError> {
        let Some(cluster) = self.cluster.take() else { return Ok(()) };
        let (cluster, done) = blocking(move || {
            let done = work(&cluster);
            Ok((cluster, done))
        })
        .await?;
        self.cluster = Some(cluster);
        Ok(done?)
    }
}

/// Runs work that blocks its thread.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ClusterError> + Send + 'static,
) -> Result<T, WalkError> {
    let done = tokio::task::spawn_blocking(work).await;
    Ok(done.map_err(|error| WalkError::Io { action: "cannot run a task", error: error.into() })??)
}

/// The part of the output of `jeton store copy` that the walk shows.
#[derive(Debug, Deserialize)]
pub(crate) struct Copied {
    pub(crate) rows: u64,
    /// How long the node refused changes before the copy was complete.
    pub(crate) fenced_ms: u64,
}

pub(crate) const RESOURCE: &str = "https://api.example.com";
/// Relative to the configuration.
const SQLITE: &str = "sqlite:jeton.db";
