//! The configuration: its tables, their defaults, and what is wrong or insecure.
//!
//! Decides every default, and every combination that must prevent a start. `load` finds and merges the values.
//! Must not know what the values are used for, and never opens the store, the keys or a socket.
//! There is one struct per table, in its own file. The fields have the names of the keys. `value` has the types of
//! values that need more than a table's own check.

mod changes;
mod database;
mod keys;
mod limits;
mod listen;
mod load;
mod log;
mod metadata;
mod outage;
mod regions;
mod server;
mod shutdown;
mod tokens;
mod value;

use std::path::Path;

use jeton_protocol::RegionName;
use serde::Deserialize;

pub use database::DatabaseConfig;
pub(crate) use database::plaintext;
pub use keys::KeysConfig;
pub use limits::LimitsConfig;
pub use listen::{ListenConfig, TlsConfig};
pub use load::{ConfigError, ConfigSource, Environment, Overrides, ProcessEnvironment, REGION_VARIABLES};
pub use log::{LogConfig, LogFormat};
pub use metadata::MetadataConfig;
pub use outage::OutageConfig;
pub use regions::RegionConfig;
pub use server::ServerConfig;
pub use shutdown::ShutdownConfig;
pub use tokens::{ScopePolicy, TokensConfig};
pub use value::duration::{AMBIGUOUS_UNIT, has_ambiguous_unit};
pub use value::{DatabaseUrl, ForwardedHeader, Issuer, IssuerError, Prefix, PrefixError};

use load::Layers;

/// A complete configuration. Every value was checked, and all paths can be opened as they are.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The region that this process serves; one of `regions`.
    #[serde(deserialize_with = "regions::name")]
    region: RegionName,
    /// Every region that clients may be referred to, in the order of the file. Names and issuers are unique.
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
    /// The master key and the rotation of keys.
    #[serde(default)]
    pub keys: KeysConfig,
    /// How tokens are issued.
    #[serde(default)]
    pub tokens: TokensConfig,
    /// What is served while the store is unavailable.
    #[serde(default)]
    pub outage: OutageConfig,
    /// When requests and connections are refused.
    #[serde(default)]
    pub limits: LimitsConfig,
    /// How a node stops.
    #[serde(default)]
    pub shutdown: ShutdownConfig,
    /// What is logged, and in which format.
    #[serde(default)]
    pub log: LogConfig,
    /// Additional members of the discovery document.
    #[serde(default)]
    pub metadata: MetadataConfig,
}

impl Config {
    /// Finds, reads and checks the configuration. The file is that of `overrides`, else the one that
    /// `JETON_CONFIG` names, else `./jeton.toml`, else `./jeton-data/jeton.toml`. Without a file, `JETON_REGIONS`, or
    /// `JETON_REGION` with `JETON_ISSUER`, name the regions.
    ///
    /// The environment overrides the file, and `overrides` override both.
    ///
    /// # Errors
    /// One line that names the file or variable and the key, and says how to fix the error.
    pub fn load(overrides: &Overrides, environment: &dyn Environment) -> Result<LoadedConfig, ConfigError> {
        let layers = Layers::read(overrides, environment)?;
        let mut config: Self = layers.extract()?;
        let problem = regions::problem(&config.region, &config.regions)
            .or_else(|| config.listen.problem())
            .or_else(|| config.database.problem());
        if let Some((key, sentence)) = problem {
            return Err(layers.error(&key, sentence));
        }
        config.resolve_paths(&layers.folder);
        Ok(LoadedConfig { config, source: layers.source })
    }

    /// The defaults for a deployment of one region, with unchanged relative paths; for embedding and tests.
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
        // Loading rejects a `region` that is not listed, and both fields are private.
        self.regions.iter().find(|listed| listed.name == self.region).unwrap_or(&self.regions[0])
    }

    /// Every configured region, including this one, in the order of the file.
    #[must_use]
    pub fn regions(&self) -> &[RegionConfig] {
        &self.regions
    }

    /// Makes every relative path relative to the configuration file's folder, so that the working folder of a command
    /// cannot select another store or another key. Without a file, paths are relative to the working folder.
    fn resolve_paths(&mut self, folder: &Path) {
        self.database.resolve_paths(folder);
        self.keys.resolve_paths(folder);
        self.listen.resolve_paths(folder);
    }
}

/// A configuration and its source.
#[derive(Debug, Clone)]
pub struct LoadedConfig {
    /// The configuration.
    pub config: Config,
    /// Its source.
    pub source: ConfigSource,
}
