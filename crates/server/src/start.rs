//! What a node and every command do first: open the store, find the master key, learn the settings.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jeton_core::store::{OpenError, OpenOptions, Store, StoreError};
use jeton_core::{FailureAllowance, KeyRingError, MasterKey, Randomness, Settings};
use secrecy::ExposeSecret as _;
use thiserror::Error;

use crate::config::{Config, ConfigError, ScopePolicy};
use crate::endpoints::Endpoints;
use crate::key_file::owned_by_another;
use crate::listen::ListenError;
use crate::master_key_file::{self, MasterKeyFileError};

/// The store that `config` names, as its region sees it.
///
/// # Errors
/// [`OpenError`], with the store as it was.
pub async fn open_store(
    config: &Config,
    options: impl Into<OpenOptions>,
) -> Result<Arc<dyn Store>, OpenError> {
    jeton_store::open(config.database.url.expose(), &config.this_region().name, options).await
}

/// The master key, and the file that was made for it if one was.
#[derive(Debug)]
pub struct OpenedMasterKey {
    /// The key.
    pub key: MasterKey,
    /// Where it was written just now.
    pub made: Option<PathBuf>,
}

/// The master key that `config` names. In a new store one is made where there is none; a store that has keys wants its
/// own.
///
/// # Errors
/// [`StartError::MasterKey`], or [`StartError::Store`] when the store does not say whether it has keys.
pub async fn open_master_key(
    config: &Config,
    store: &dyn Store,
    randomness: &dyn Randomness,
) -> Result<OpenedMasterKey, StartError> {
    if let Some(key) = read_master_key(config)? {
        return Ok(OpenedMasterKey { key, made: None });
    }
    if store.find_master_key_check().await?.is_some() {
        return Err(missing_master_key(config));
    }
    let path = &config.keys.master_key_file;
    Ok(OpenedMasterKey { key: master_key_file::make(path, randomness)?, made: Some(path.clone()) })
}

/// The master key of the environment or of the file; none where there is no file.
pub(crate) fn read_master_key(config: &Config) -> Result<Option<MasterKey>, StartError> {
    match &config.keys.master_key {
        Some(text) => {
            let key = MasterKey::parse(text.expose_secret()).map_err(MasterKeyFileError::Environment)?;
            Ok(Some(key))
        }
        None => Ok(master_key_file::read(&config.keys.master_key_file)?),
    }
}

/// A store that has keys wants its own master key.
pub(crate) fn missing_master_key(config: &Config) -> StartError {
    MasterKeyFileError::Missing { path: config.keys.master_key_file.clone() }.into()
}

/// The master key in the file at `path`, which is made where it is missing.
///
/// # Errors
/// [`MasterKeyFileError`] when it cannot be read or made, others may read it, or it holds no key.
pub fn open_master_key_file(
    path: &Path,
    randomness: &dyn Randomness,
) -> Result<MasterKey, MasterKeyFileError> {
    match master_key_file::read(path)? {
        Some(key) => Ok(key),
        None => master_key_file::make(path, randomness),
    }
}

/// What to tell the person who started this, after a master key was made at `path`.
#[must_use]
pub fn made_master_key_notice(path: &Path) -> String {
    let mut notice =
        format!("The master key was made: {}. Keep a copy apart from the database.", path.display());
    if let Some(warning) = owned_by_another(path) {
        notice.push(' ');
        notice.push_str(&warning);
    }
    notice
}

/// What the core is told of `config`.
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

/// Why a node does not start. One line that names what is wrong and the cure.
#[derive(Debug, Error)]
pub enum StartError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The store could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The master key.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyFileError),
    /// The store's keys.
    #[error("the keys in the database cannot be used: {0}")]
    Keys(#[from] KeyRingError),
    /// A listener.
    #[error(transparent)]
    Listen(#[from] ListenError),
}

impl StartError {
    /// Whether the store is away, so that the same start may work later.
    #[must_use]
    pub fn is_store_unavailable(&self) -> bool {
        matches!(
            self,
            Self::Open(OpenError::Unavailable { .. })
                | Self::Store(StoreError::Unavailable(_))
                | Self::Keys(KeyRingError::Store(StoreError::Unavailable(_)))
        )
    }

    /// Whether the configuration is to blame: what it says, or a file that it names.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::Config(_)
                | Self::Open(OpenError::BadUrl { .. } | OpenError::Foreign { .. })
                | Self::MasterKey(_)
                | Self::Keys(KeyRingError::MasterKey(_))
                | Self::Listen(ListenError::Tls { .. })
        )
    }
}
