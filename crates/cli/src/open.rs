//! From a command line to an administrator: configuration, store, master key.
//!
//! The one place that knows how the server's crate opens these. Must not know what is done with them.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::admin::Administrator;
use jeton_core::store::{LockWait, Migrate, OpenOptions, Store};
use jeton_core::{AuthorizationServer, Clock, KeyRingError, MasterKey, Randomness};
use jeton_server::Endpoints;
use jeton_server::config::{Config, LoadedConfig, ProcessEnvironment};
use jeton_server::start::{StartError, created_master_key_notice, open_master_key, open_store, settings};
use jeton_server::system::{SystemClock, SystemRandomness};

use crate::actor::actor;
use crate::command_line::Globals;
use crate::failure::Failure;
use crate::output;

/// The configuration that the command line, the environment and the file give together.
pub(crate) fn configuration(globals: &Globals) -> Result<LoadedConfig, Failure> {
    Ok(Config::load(&globals.overrides(), &ProcessEnvironment)?)
}

/// The endpoints of the region that the configuration works in.
pub(crate) fn endpoints(config: &Config) -> Endpoints<'_> {
    Endpoints::new(&config.this_region().issuer, &config.server.prefix)
}

/// An administrator with the configuration that led to it.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) config: Config,
    pub(crate) administrator: Administrator,
    pub(crate) randomness: SystemRandomness,
}

impl Opened {
    /// Opens what the command line names, which must be there.
    pub(crate) async fn open(globals: &Globals) -> Result<Self, Failure> {
        Self::of(configuration(globals)?.config, Migrate::Never).await
    }

    /// The same for a command that makes something: where there is no store yet, it makes that too.
    pub(crate) async fn open_or_make(globals: &Globals) -> Result<Self, Failure> {
        Self::of(configuration(globals)?.config, Migrate::New).await
    }

    /// Opens what the configuration names. With pending migrations, a new store gets schema and master key.
    pub(crate) async fn of(config: Config, migrate: Migrate) -> Result<Self, Failure> {
        let parts = Parts::open(&config, migrate).await?;
        let region = config.this_region().name.clone();
        let administrator = Administrator::open(
            (parts.store, region),
            &parts.master_key,
            (parts.clock, parts.randomness),
            actor(),
        )
        .await
        .map_err(|error| misfit(&config, error))?;
        Ok(Self { config, administrator, randomness: SystemRandomness })
    }
}

/// The gateway's decisions on the store itself, without a server.
pub(crate) async fn authorization_server(config: &Config) -> Result<AuthorizationServer, Failure> {
    let parts = Parts::open(config, Migrate::Never).await?;
    AuthorizationServer::open(settings(config), parts.store, &parts.master_key, parts.clock, parts.randomness)
        .await
        .map_err(|error| misfit(config, error))
}

/// The store alone, for what needs no master key.
pub(crate) async fn store(globals: &Globals) -> Result<Arc<dyn Store>, Failure> {
    Ok(open_store(&configuration(globals)?.config, patient(Migrate::Never)).await?)
}

/// A command waits longer than a server's request, whose client waits too.
fn patient(migrate: Migrate) -> OpenOptions {
    OpenOptions { migrate, lock_wait: Some(LOCK_WAIT) }
}

/// How long each command waits for other writers.
pub(crate) const LOCK_WAIT: LockWait = LockWait {
    limit: Duration::from_secs(10),
    notice_after: Duration::from_secs(1),
    notice: || output::say("Another process is writing to the database; waiting for up to 10 s."),
};

struct Parts {
    store: Arc<dyn Store>,
    master_key: MasterKey,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
}

impl Parts {
    async fn open(config: &Config, migrate: Migrate) -> Result<Self, Failure> {
        let randomness: Arc<dyn Randomness> = Arc::new(SystemRandomness);
        let store = open_store(config, patient(migrate)).await?;
        let master = open_master_key(config, &*store, &*randomness).await?;
        if let Some(path) = &master.created_file {
            output::say(&created_master_key_notice(path));
        }
        Ok(Self { store, master_key: master.key, clock: Arc::new(SystemClock::new()), randomness })
    }
}

/// Why a node does not start, with the files that the configuration names.
pub(crate) fn not_started(config: &Config, error: StartError) -> Failure {
    match error {
        StartError::Keys(error) => misfit(config, error),
        other => other.into(),
    }
}

/// Says which key and which database do not fit.
fn misfit(config: &Config, error: KeyRingError) -> Failure {
    match error {
        KeyRingError::MasterKey(_) => {
            let key = match &config.keys.master_key {
                Some(_) => "in JETON_KEYS__MASTER_KEY".to_owned(),
                None => config.keys.master_key_file.display().to_string(),
            };
            let database = &config.database.url;
            Failure::Usage(format!(
                "the master key {key} is not the one that the keys in the database {database} are encrypted under; put that one there: after `jeton key rewrap` the new one, else the one before"
            ))
        }
        KeyRingError::Key(_) | KeyRingError::Store(_) => error.into(),
    }
}
