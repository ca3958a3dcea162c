//! Everything that the walk starts: PostgreSQL, the proxy, two nodes, and the administrator's commands.

use std::path::{Path, PathBuf};

use jeton_postgres_cluster::{Cluster, ClusterError, Durability};
use reqwest::Client;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tempfile::TempDir;

use crate::load::{Account, http, request_token};
use crate::node::{Node, write_config};
use crate::proxy::Proxy;
use crate::{WalkError, commands};

/// The running parts. Dropping the value stops them and deletes their files.
#[derive(Debug)]
pub(crate) struct Site {
    // Fields are dropped in their order: the nodes stop before their database.
    pub(crate) node_1: Node,
    pub(crate) node_2: Option<Node>,
    pub(crate) proxy: Proxy,
    pub(crate) http: Client,
    config_2: PathBuf,
    cluster: Option<Cluster>,
    _folder: TempDir,
    program: PathBuf,
}

impl Site {
    /// Starts everything.
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
        let config = |name| write_config(folder.path(), name, &proxy.url(), &database);
        let (config_1, config_2) = (config("node-1.toml")?, config("node-2.toml")?);
        // The first command makes the tables, and the master key that the nodes share.
        let resource = ["resource", "create", "https://api.example.com", "--scope", "read"];
        commands::run::<Value>(program, &config_1, &resource).await?;
        let (node_1, node_2) =
            tokio::try_join!(Node::start(program, &config_1), Node::start(program, &config_2))?;
        proxy.add(&node_1.public, &node_1.operations);
        proxy.add(&node_2.public, &node_2.operations);
        let program = program.to_owned();
        let (node_2, cluster) = (Some(node_2), Some(cluster));
        Ok(Self { node_1, node_2, proxy, http: http()?, config_2, cluster, _folder: folder, program })
    }

    /// Runs a command with the configuration of node 1, and parses the JSON that it prints.
    ///
    /// # Errors
    /// If the command fails, with its output.
    pub(crate) async fn run<T: DeserializeOwned>(&self, arguments: &[&str]) -> Result<T, WalkError> {
        commands::run(&self.program, &self.node_1.config, arguments).await
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
        let nodes = [Some(&self.node_1), self.node_2.as_ref()];
        nodes.into_iter().flatten().map(|node| node.public.as_str()).collect()
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

    /// Kills node 2 with SIGKILL.
    ///
    /// # Errors
    /// If the operating system refuses.
    pub(crate) async fn kill_node_2(&mut self) -> Result<(), WalkError> {
        match self.node_2.take() {
            Some(node) => node.kill().await,
            None => Ok(()),
        }
    }

    /// Starts node 2 again, at another port.
    ///
    /// # Errors
    /// If it does not start, with its log.
    pub(crate) async fn start_node_2(&mut self, killed: &str) -> Result<(), WalkError> {
        let node = Node::start(&self.program, &self.config_2).await?;
        self.proxy.remove(killed);
        self.proxy.add(&node.public, &node.operations);
        self.node_2 = Some(node);
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
        work: impl FnOnce(&mut Cluster) -> Result<(), ClusterError> + Send + 'static,
    ) -> Result<(), WalkError> {
        let Some(mut cluster) = self.cluster.take() else { return Ok(()) };
        let (cluster, done) = blocking(move || {
            let done = work(&mut cluster);
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
