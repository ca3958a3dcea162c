//! Opens configuration, store and master key for a command.
//!
//! The one place that knows how `jeton_server` opens these. Must not know what the commands do with them.

use std::sync::Arc;
use std::time::Duration;

use jeton_admin::administration::Reading;
use jeton_admin::value::Timestamp;
use jeton_admin::{Administration, Authority, Reach};
use jeton_core::admin::{StoreAdministration, StoreReading};
use jeton_core::store::{LockWait, Migrate, OpenOptions, Store, for_command};
use jeton_core::{Clock, Context, KeyRingError, MasterKey, Randomness};
use jeton_protocol::RegionName;
use jeton_server::config::{Config, DatabaseUrl, LoadedConfig, ProcessEnvironment};
use jeton_server::start::{
    StartError, created_master_key_notice, database_url, open_master_key, open_store, settings,
};
use jeton_server::system::{SystemClock, SystemRandomness};
use jeton_server::{Endpoints, OperatorExplanations};

use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::actor::actor;
use crate::print::output;

/// The configuration from command line, environment and file.
pub(crate) fn configuration(globals: &Globals) -> Result<LoadedConfig, Failure> {
    Ok(Config::load(&globals.overrides(), &ProcessEnvironment)?)
}

/// The database URL of the configuration, with its password.
pub(crate) fn store_url(config: &Config) -> Result<DatabaseUrl, Failure> {
    Ok(database_url(config).map_err(StartError::from)?)
}

/// The endpoints of the configured region.
pub(crate) fn endpoints(config: &Config) -> Endpoints<'_> {
    Endpoints::new(&config.this_region().issuer, &config.server.prefix)
}

/// The administration of the configured region, with its configuration and the authority of this command.
#[derive(Debug)]
pub(crate) struct AdminContext {
    pub(crate) config: Config,
    pub(crate) randomness: SystemRandomness,
    administration: StoreAdministration,
    authority: Authority,
}

impl AdminContext {
    /// Opens the existing store that the command line names.
    pub(crate) async fn open(globals: &Globals) -> Result<Self, Failure> {
        Self::of_existing(configuration(globals)?.config).await
    }

    /// Opens the existing store of the configuration.
    pub(crate) async fn of_existing(config: Config) -> Result<Self, Failure> {
        Self::of(config, Migrate::Never).await
    }

    /// As [`Self::open`], for a command that creates something: creates the store if there is none.
    pub(crate) async fn open_or_create(globals: &Globals) -> Result<Self, Failure> {
        Self::of(configuration(globals)?.config, Migrate::New).await
    }

    /// Opens the store of the configuration. `migrate` decides whether a new store gets a schema and a master key.
    pub(crate) async fn of(config: Config, migrate: Migrate) -> Result<Self, Failure> {
        let parts = Parts::open(&config, migrate).await?;
        let context = Context {
            store: parts.store,
            region: config.this_region().name.clone(),
            clock: parts.clock,
            randomness: parts.randomness,
        };
        let administration = StoreAdministration::open(
            context,
            settings(&config),
            &parts.master_key,
            Arc::new(OperatorExplanations),
        )
        .await
        .map_err(|error| key_ring_failure(&config, error))?;
        let authority = Authority::new(actor(), Reach::region());
        Ok(Self { config, randomness: SystemRandomness, administration, authority })
    }

    /// The operations of administrators.
    pub(crate) fn administration(&self) -> &dyn Administration {
        &self.administration
    }

    /// The authority of this command.
    pub(crate) fn by(&self) -> &Authority {
        &self.authority
    }

    /// The current time, by which states such as expiry are decided.
    pub(crate) fn now() -> Timestamp {
        SystemClock::new().now()
    }

    /// The region whose accounts are administered.
    pub(crate) fn region(&self) -> &RegionName {
        &self.config.this_region().name
    }
}

/// What a command can read without the master key, and its authority.
#[derive(Debug)]
pub(crate) struct ReadingContext {
    reading: StoreReading,
    authority: Authority,
}

impl ReadingContext {
    /// Opens the existing store that the command line names.
    pub(crate) async fn open(globals: &Globals) -> Result<Self, Failure> {
        let store = open(&configuration(globals)?.config, Migrate::Never).await?;
        let reading = StoreReading::new(store, Arc::new(SystemClock::new()));
        Ok(Self { reading, authority: Authority::new(actor(), Reach::region()) })
    }

    /// The operations.
    pub(crate) fn reading(&self) -> &dyn Reading {
        &self.reading
    }

    /// The authority of this command.
    pub(crate) fn by(&self) -> &Authority {
        &self.authority
    }
}

/// Opens the store for a command, which may wait longer than a server, whose clients wait for their responses.
async fn open(config: &Config, migrate: Migrate) -> Result<Arc<dyn Store>, StartError> {
    let options = OpenOptions { lock_wait: Some(LOCK_WAIT), ..migrate.into() };
    Ok(for_command(open_store(config, options).await?))
}

/// How long each command waits for other writers.
pub(crate) const LOCK_WAIT: LockWait = LockWait {
    limit: Duration::from_secs(10),
    notice_after: Duration::from_secs(1),
    notice: || output::say(WAITING),
};

const WAITING: &str =
    "The database does not answer yet, perhaps because another process is writing to it; waiting.";

struct Parts {
    store: Arc<dyn Store>,
    master_key: MasterKey,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
}

impl Parts {
    async fn open(config: &Config, migrate: Migrate) -> Result<Self, Failure> {
        let randomness: Arc<dyn Randomness> = Arc::new(SystemRandomness);
        let store = open(config, migrate).await?;
        let master = open_master_key(config, &*store, &*randomness).await?;
        if let Some(path) = &master.created_file {
            output::say(&created_master_key_notice(path));
        }
        Ok(Self { store, master_key: master.key, clock: Arc::new(SystemClock::new()), randomness })
    }
}

/// The error for a node that does not start, with the files that the configuration names.
pub(crate) fn not_started(config: &Config, error: StartError) -> Failure {
    match error {
        StartError::Keys(error) => key_ring_failure(config, error),
        other => other.into(),
    }
}

/// The error for a key ring that cannot be context: names the master key and the database that do not belong together.
fn key_ring_failure(config: &Config, error: KeyRingError) -> Failure {
    match error {
        KeyRingError::MasterKey(_) => {
            let key = match &config.keys.master_key {
                Some(_) => "the one in JETON_KEYS__MASTER_KEY".to_owned(),
                None => config.keys.master_key_file.display().to_string(),
            };
            let database = &config.database.url;
            Failure::Usage(format!(
                "the keys in the database {database} are encrypted under another master key than {key}; replace it \
                 with the right one: after `jeton key rewrap` the new master key, otherwise the previous one"
            ))
        }
        KeyRingError::Key(_) | KeyRingError::Store(_) => error.into(),
    }
}
