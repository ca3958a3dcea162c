//! The accounts of a measurement, and which of them a node does not have in memory.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jeton_bench::{Caller, Error, Population, RESOURCES};
use jeton_core::AuthorizationServer;
use jeton_core::store::Migrate;
use jeton_server::config::{Config, Overrides, ProcessEnvironment};
use jeton_server::start::{open_master_key, open_store, settings};
use jeton_server::system::{SystemClock, SystemRandomness};
use serde_json::Value;

/// An account with its secret.
#[derive(Clone)]
pub(crate) struct Account {
    pub(crate) client_id: String,
    pub(crate) secret: String,
}

/// All accounts of a database.
pub(crate) struct Accounts {
    /// Each node has them in memory.
    pub(crate) warm: Vec<Account>,
    /// Clients whose first call is part of the load.
    pub(crate) cold: Vec<Account>,
    /// The same for the probes that find out whether everything is normal again.
    pub(crate) probes: Vec<Account>,
}

/// Accounts that call for the first time, and the next one of each node.
pub(crate) struct FirstCalls {
    accounts: Vec<Account>,
    next: [AtomicUsize; 2],
}

impl Accounts {
    /// Migrates an empty database, and adds the accounts and the keys.
    pub(crate) async fn create(config: &Path, cold: usize) -> Result<Self, Error> {
        let overrides = Overrides { config: Some(config.to_owned()), region: None };
        let config = Config::load(&overrides, &ProcessEnvironment)?.config;
        let store = open_store(&config, Migrate::Pending).await?;
        let master = open_master_key(&config, &*store, &SystemRandomness).await?;
        let population =
            Population::open(Arc::clone(&store), config.this_region().name.clone(), &master.key).await?;
        let resource = RESOURCE.parse()?;
        let add = async |count| {
            Ok::<_, Error>(
                population.add_callers(count, &resource).await?.iter().map(Account::from).collect(),
            )
        };
        let accounts = Self { warm: add(WARM).await?, cold: add(cold).await?, probes: add(PROBES).await? };
        // Creates the keys, so that the scenarios begin with a region that has been served.
        let (clock, randomness) = (Arc::new(SystemClock::new()), Arc::new(SystemRandomness));
        let server = AuthorizationServer::open(settings(&config), store, &master.key, clock, randomness);
        drop(server.await?);
        Ok(accounts)
    }
}

impl From<&Caller> for Account {
    fn from(caller: &Caller) -> Self {
        Self { client_id: caller.client_id.to_string(), secret: caller.secret.expose().to_owned() }
    }
}

impl Account {
    /// The account in the output of `jeton account create`.
    pub(crate) fn of(output: &Value) -> Option<Self> {
        let text = |member: &str| output[member].as_str().map(str::to_owned);
        Some(Self { client_id: text("client_id")?, secret: text("client_secret")? })
    }
}

impl FirstCalls {
    pub(crate) fn new(accounts: &[Account]) -> Self {
        Self { accounts: accounts.to_vec(), next: [AtomicUsize::new(0), AtomicUsize::new(0)] }
    }

    /// The next account that this node does not have in memory. After the last one, it begins again.
    pub(crate) fn next(&self, node: usize) -> &Account {
        &self.accounts[self.next[node].load(Ordering::Relaxed) % self.accounts.len()]
    }

    /// The node has it in memory now.
    pub(crate) fn served(&self, node: usize) {
        self.next[node].fetch_add(1, Ordering::Relaxed);
    }
}

/// The resource of all accounts.
pub(crate) const RESOURCE: &str = RESOURCES[0].1;
const WARM: usize = 20;
const PROBES: usize = 60;
