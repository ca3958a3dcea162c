//! Reads the configuration: finds the file and merges the file, the environment and the command line, in this order.
//! Later layers override earlier ones.
//!
//! Decides the order of the layers, and which place an error names. Must not know the tables or check their values.

mod deserialize;
mod environment;
mod error;
mod fault;
mod overrides;
mod place;
mod region_variables;
mod search;
mod setting;
mod variables;

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::config::database::PASSWORD_IN_FILE;
use crate::config::keys::MASTER_KEY_IN_FILE;

pub use environment::{Environment, ProcessEnvironment};
pub use error::ConfigError;
pub use overrides::Overrides;
pub use region_variables::REGION_VARIABLES;
pub use search::ConfigSource;

use fault::{Fault, Problem};
use setting::{Setter, Setting, Value};
use variables::Variable;

/// The values of all layers.
#[derive(Debug)]
pub(super) struct Layers {
    /// The file, if there is one.
    pub(super) source: ConfigSource,
    /// The folder that relative paths start from.
    pub(super) folder: PathBuf,
    settings: Setting,
}

impl Layers {
    /// Reads the file, if there is one, and applies variables and options on top of it.
    pub(super) fn read(overrides: &Overrides, environment: &dyn Environment) -> Result<Self, ConfigError> {
        let source = search::find(overrides, environment)?;
        let (folder, mut settings) = match &source {
            ConfigSource::File(file) => (file.parent().unwrap_or(Path::new("")).to_owned(), read_file(file)?),
            ConfigSource::Environment => (environment.folder(), Setting::empty()),
        };
        for (secret, sentence) in
            [("keys.master_key", MASTER_KEY_IN_FILE), ("database.password", PASSWORD_IN_FILE)]
        {
            if settings.find(secret).is_some() {
                return Err(source.error(secret, sentence));
            }
        }
        if let Some(named) = region_variables::read(environment)? {
            if settings.find("regions").is_some() {
                return Err(region_variables::conflict_with_file(named.variable, &source.to_string()));
            }
            settings.set("regions", named.list(), named.variable);
        }
        for Variable { name, key, value } in variables::read(environment)? {
            settings.set(&key, value, &name);
        }
        if let Some(region) = &overrides.region {
            settings.set("region", Value::Text(region.clone()), "--region");
        }
        Ok(Self { source, folder, settings })
    }

    /// The values as a `T`, which must know every key.
    pub(super) fn extract<T: DeserializeOwned>(&self) -> Result<T, ConfigError> {
        T::deserialize(&self.settings).map_err(|Fault { key, setter, problem }| match problem {
            Problem::Missing => self.source.missing(&key),
            Problem::Wrong(sentence) => {
                self.source.error_by(setter.as_ref().unwrap_or(&Setter::Base), &key, sentence)
            }
        })
    }

    /// An error about the value of `key`, at the layer that set it.
    pub(super) fn error(&self, key: &str, problem: impl Into<String>) -> ConfigError {
        self.source.error_by(self.settings.setter_of(key), key, problem)
    }
}

fn read_file(file: &Path) -> Result<Setting, ConfigError> {
    let text = std::fs::read_to_string(file)
        .map_err(|source| ConfigError::Unreadable { file: file.to_owned(), source })?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
        ConfigError::Syntax { file: file.to_owned(), line, reason: error.message().to_owned() }
    })?;
    Ok(Setting::from_file(table.into()))
}
