//! The first steps of a node and of every command: open the store, open the master key, derive the settings.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jeton_core::store::{OpenError, OpenOptions, Store, StoreError};
use jeton_core::{FailureAllowance, KeyRingError, MasterKey, Randomness, Settings};
use secrecy::ExposeSecret as _;
use thiserror::Error;

use crate::config::{Config, ConfigError, ScopePolicy};
use crate::listen::ListenError;
use crate::node::key_file::owned_by_another;
use crate::node::master_key_file;
use crate::node::master_key_file::MasterKeyFileError;
use crate::oauth::endpoint::Endpoints;

pub use crate::node::database_url::{DatabaseFileError, database_url};

/// The store that `config` names, as its region sees it. Its connections have the name of `options`, or else that of a
/// command.
///
/// # Errors
/// [`StartError::Database`] or [`StartError::Open`]; the store is unchanged.
pub async fn open_store(
    config: &Config,
    options: impl Into<OpenOptions>,
) -> Result<Arc<dyn Store>, StartError> {
    let (url, region) = (database_url(config)?, &config.this_region().name);
    let mut options = options.into();
    options.connections = config.database.connections();
    options.timeouts = config.database.timeouts();
    options.name.get_or_insert_with(|| format!("jeton {region} command"));
    Ok(jeton_store::open(url.expose(), region, options).await?)
}

/// The master key, and its file if it was just created.
#[derive(Debug)]
pub struct OpenedMasterKey {
    /// The key.
    pub key: MasterKey,
    /// The file that was just created for it.
    pub created_file: Option<PathBuf>,
}

/// The master key that `config` names. If the file is missing, it is created for a store without keys. A store with
/// keys needs its own master key.
///
/// # Errors
/// [`StartError::MasterKey`], or [`StartError::Store`] if the store does not answer whether it has keys.
pub async fn open_master_key(
    config: &Config,
    store: &dyn Store,
    randomness: &dyn Randomness,
) -> Result<OpenedMasterKey, StartError> {
    if let Some(key) = read_master_key(config)? {
        return Ok(OpenedMasterKey { key, created_file: None });
    }
    if store.find_master_key_check().await?.is_some() {
        return Err(missing_master_key(config));
    }
    let path = &config.keys.master_key_file;
    Ok(OpenedMasterKey { key: master_key_file::create(path, randomness)?, created_file: Some(path.clone()) })
}

/// The master key from the environment or the file; `None` if the file does not exist.
pub(crate) fn read_master_key(config: &Config) -> Result<Option<MasterKey>, StartError> {
    match &config.keys.master_key {
        Some(text) => {
            let key = MasterKey::parse(text.expose_secret()).map_err(MasterKeyFileError::Environment)?;
            Ok(Some(key))
        }
        None => Ok(master_key_file::read(&config.keys.master_key_file)?),
    }
}

/// The error if the store has keys and the master key file is missing.
pub(crate) fn missing_master_key(config: &Config) -> StartError {
    MasterKeyFileError::Missing { path: config.keys.master_key_file.clone() }.into()
}

/// The master key in the file at `path`. A missing file is created.
///
/// # Errors
/// [`MasterKeyFileError`] if the file cannot be read or created, others may read it, or it does not contain a key.
pub fn open_master_key_file(
    path: &Path,
    randomness: &dyn Randomness,
) -> Result<MasterKey, MasterKeyFileError> {
    match master_key_file::read(path)? {
        Some(key) => Ok(key),
        None => master_key_file::create(path, randomness),
    }
}

/// The message for the user after a master key was created at `path`.
#[must_use]
pub fn created_master_key_notice(path: &Path) -> String {
    let mut notice =
        format!("Created the master key: {}. Keep a copy separate from the database.", path.display());
    if let Some(warning) = owned_by_another(path) {
        notice.push(' ');
        notice.push_str(&warning);
    }
    notice
}

/// The settings of the core, from `config`.
#[must_use]
pub fn settings(config: &Config) -> Settings {
    let region = config.this_region();
    let others = config.regions().iter().filter(|other| other.name != region.name);
    let token_endpoint = |issuer| Endpoints::new(issuer, &config.server.prefix).token();
    Settings {
        region: region.name.clone(),
        issuer: region.issuer.as_str().to_owned(),
        other_regions: others
            .map(|other| (other.name.clone(), token_endpoint(&other.issuer)))
            .collect::<BTreeMap<_, _>>(),
        default_ttl: config.tokens.default_ttl,
        scope_policy: match config.tokens.scope_policy {
            ScopePolicy::Narrow => jeton_core::ScopePolicy::Narrow,
            ScopePolicy::Exact => jeton_core::ScopePolicy::Exact,
        },
        failure_allowance: FailureAllowance {
            failures: config.limits.failures.get(),
            per: config.limits.per,
        },
        serve_stale_for: config.outage.serve_stale_for,
        rotate_keys_every: config.keys.rotate_every,
        cores: std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
    }
}

/// Why a node does not start. The message is one line that says what is wrong and what to do.
#[derive(Debug, Error)]
pub enum StartError {
    /// The configuration is not valid.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A file that `[database]` names cannot be used.
    #[error(transparent)]
    Database(#[from] DatabaseFileError),
    /// The store could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The master key cannot be used.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyFileError),
    /// The keys in the store cannot be used.
    #[error("the keys in the database cannot be used: {0}")]
    Keys(#[from] KeyRingError),
    /// A listener could not start.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// The system refuses another thread.
    #[error("cannot start a thread ({0})")]
    Thread(std::io::Error),
}

impl StartError {
    /// Whether the store is unavailable, so that the same start may succeed later.
    #[must_use]
    pub fn is_store_unavailable(&self) -> bool {
        matches!(
            self,
            Self::Open(OpenError::Unavailable { .. })
                | Self::Store(
                    StoreError::Unavailable(_) | StoreError::OutcomeUnknown(_) | StoreError::Fenced(_)
                )
                | Self::Keys(KeyRingError::Store(
                    StoreError::Unavailable(_) | StoreError::OutcomeUnknown(_) | StoreError::Fenced(_)
                ))
        )
    }

    /// Whether the cause is the configuration: one of its values, or a file that it names.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::Config(_)
                | Self::Database(_)
                | Self::Open(OpenError::BadUrl { .. } | OpenError::Foreign { .. } | OpenError::Pooler { .. })
                | Self::MasterKey(_)
                | Self::Keys(KeyRingError::MasterKey(_))
                | Self::Listen(ListenError::Tls { .. })
        )
    }
}
