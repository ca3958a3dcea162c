//! Which configuration file is used, and whether one is needed.
//!
//! Decides the order of the search. Must not read the file.

use std::fmt;
use std::path::{Path, PathBuf};

use super::environment::{Environment, variable};
use super::error::ConfigError;
use super::overrides::Overrides;
use super::region_variables;

/// The source of a configuration. Its `Display` form is for messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigSource {
    /// A file, as it was named, with the environment applied on top of it.
    File(PathBuf),
    /// Variables only.
    Environment,
}

impl ConfigSource {
    /// The file, if there is one.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(file) => Some(file),
            Self::Environment => None,
        }
    }
}

impl fmt::Display for ConfigSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => file.display().fmt(f),
            Self::Environment => f.write_str("from the environment"),
        }
    }
}

/// The first of: the option's file, the variable's file, the two default places, the variables that name regions.
///
/// A file that was named is used even if it does not exist: reading another file instead would serve with another store
/// and other keys than the operator intended.
pub(super) fn find(
    overrides: &Overrides,
    environment: &dyn Environment,
) -> Result<ConfigSource, ConfigError> {
    let folder = environment.folder();
    if let Some(file) = &overrides.config {
        return Ok(ConfigSource::File(folder.join(file)));
    }
    if let Some(file) = variable(environment, VARIABLE) {
        return Ok(ConfigSource::File(folder.join(file)));
    }
    if let Some(file) = DEFAULT_FILES.iter().map(|file| folder.join(file)).find(|file| file.exists()) {
        return Ok(ConfigSource::File(file));
    }
    if region_variables::are_set(environment) {
        return Ok(ConfigSource::Environment);
    }
    let looked_for = DEFAULT_FILES.map(|file| folder.join(file).display().to_string()).join(" and ");
    Err(ConfigError::NotFound { looked_for })
}

const VARIABLE: &str = "JETON_CONFIG";

const DEFAULT_FILES: [&str; 2] = ["jeton.toml", "jeton-data/jeton.toml"];
