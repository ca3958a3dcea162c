//! The configuration: finds the file if there is one, lays the environment over it, and refuses what is wrong or insecure.
//!
//! Decides every default and every combination that must stop a start.
//! Must not know what the values are used for, and never opens the store, the keys or a socket.
//! One struct per concern, one file each; the names of the fields are the names of the keys.

mod changes;
mod database;
mod duration;
mod environment;
mod error;
mod forwarded_header;
mod issuer;
mod keys;
mod layers;
mod limits;
mod listen;
mod log;
mod metadata;
mod outage;
mod region_variables;
mod regions;
mod search;
mod server;
mod shutdown;
mod tokens;

use std::path::{Path, PathBuf};

use jeton_protocol::RegionName;
use serde::Deserialize;

pub use database::{DatabaseConfig, DatabaseUrl};
pub use environment::{Environment, ProcessEnvironment};
pub use error::ConfigError;
pub use forwarded_header::ForwardedHeader;
pub use issuer::{Issuer, IssuerError};
pub use keys::KeysConfig;
pub use limits::LimitsConfig;
pub use listen::{ListenConfig, TlsConfig};
pub use log::{LogConfig, LogFormat};
pub use metadata::MetadataConfig;
pub use outage::OutageConfig;
pub use region_variables::REGION_VARIABLES;
pub use regions::RegionConfig;
pub use search::ConfigSource;
pub use server::{Prefix, PrefixError, ServerConfig};
pub use shutdown::ShutdownConfig;
pub use tokens::{ScopePolicy, TokensConfig};

/// A whole configuration whose every value was checked; paths in it are ready to open.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The region that this process serves; one of `regions`.
    #[serde(deserialize_with = "regions::name")]
    region: RegionName,
    /// Every region that clients may be sent to, in the file's order; names and issuers are unique.
    regions: Vec<RegionConfig>,
    /// Where connections are accepted.
    #[serde(default)]
    pub listen: ListenConfig,
    /// How requests are served.
    #[serde(default)]
    pub server: ServerConfig,
    /// Where accounts are kept.
    #[serde(default)]
    pub database: DatabaseConfig,
    /// What wraps the keys in the store.
    #[serde(default)]
    pub keys: KeysConfig,
    /// How tokens are minted.
    #[serde(default)]
    pub tokens: TokensConfig,
    /// What is still served while the store is away.
    #[serde(default)]
    pub outage: OutageConfig,
    /// When callers are turned away.
    #[serde(default)]
    pub limits: LimitsConfig,
    /// How a stop proceeds.
    #[serde(default)]
    pub shutdown: ShutdownConfig,
    /// What is logged, and how.
    #[serde(default)]
    pub log: LogConfig,
    /// What the discovery document says beyond what works.
    #[serde(default)]
    pub metadata: MetadataConfig,
}

impl Config {
    /// Finds, reads and checks the configuration (design §5): the file of `overrides`, else the one that
    /// `JETON_CONFIG` names, else `./jeton.toml`, else `./jeton-data/jeton.toml`, else no file: then `JETON_REGIONS`, or
    /// `JETON_REGION` with `JETON_ISSUER`, name the regions.
    ///
    /// The environment wins over the file, `overrides` over both.
    ///
    /// # Errors
    /// One line that names the file or variable, the key and the cure.
    pub fn load(overrides: &Overrides, environment: &dyn Environment) -> Result<LoadedConfig, ConfigError> {
        let source = search::find(overrides, environment)?;
        let config = layers::read(&source, overrides, environment)?;
        Ok(LoadedConfig { config, source })
    }

    /// The defaults for a deployment of one region, with relative paths as they are; for embedding and tests.
    #[must_use]
    pub fn for_region(region: RegionConfig) -> Self {
        Self {
            region: region.name.clone(),
            regions: vec![region],
            listen: ListenConfig::default(),
            server: ServerConfig::default(),
            database: DatabaseConfig::default(),
            keys: KeysConfig::default(),
            tokens: TokensConfig::default(),
            outage: OutageConfig::default(),
            limits: LimitsConfig::default(),
            shutdown: ShutdownConfig::default(),
            log: LogConfig::default(),
            metadata: MetadataConfig::default(),
        }
    }

    /// The region that this process serves.
    #[must_use]
    pub fn this_region(&self) -> &RegionConfig {
        // Loading refuses a `region` that is not listed, and nothing can change either field afterwards.
        self.regions.iter().find(|listed| listed.name == self.region).unwrap_or(&self.regions[0])
    }

    /// Every configured region, this one included, in the file's order.
    #[must_use]
    pub fn regions(&self) -> &[RegionConfig] {
        &self.regions
    }

    /// Makes every relative path relative to the configuration file's folder, so that the folder from which
    /// a command is started cannot choose another store or another key. Without a file it is the working folder.
    fn resolve_paths(&mut self, folder: &Path) {
        self.database.resolve_paths(folder);
        self.keys.resolve_paths(folder);
        self.listen.resolve_paths(folder);
    }
}

/// A configuration and what it was read from.
#[derive(Debug, Clone)]
pub struct LoadedConfig {
    /// What was read.
    pub config: Config,
    /// What it was read from.
    pub source: ConfigSource,
}

/// What the command line says about the configuration; wins over file and environment.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--config FILE`
    pub config: Option<PathBuf>,
    /// `--region NAME`
    pub region: Option<String>,
}
