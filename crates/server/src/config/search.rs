//! Which configuration file counts.
//!
//! Decides the order (design §5). Must not read what it finds.

use std::path::PathBuf;

use super::{ConfigError, Environment, Overrides};

/// The first of: the option's file, the variable's file, the two usual places.
///
/// A file that was named is taken whether it exists or not: to read another one instead would serve with
/// another store and other keys than the operator meant.
pub(super) fn find(overrides: &Overrides, environment: &dyn Environment) -> Result<PathBuf, ConfigError> {
    let folder = environment.folder();
    if let Some(file) = &overrides.config {
        return Ok(folder.join(file));
    }
    let named =
        environment.variables().into_iter().find(|(name, value)| name == VARIABLE && !value.is_empty());
    if let Some((_, file)) = named {
        return Ok(folder.join(file));
    }
    USUAL.iter().map(|file| folder.join(file)).find(|file| file.exists()).ok_or_else(|| {
        let looked_for = USUAL.map(|file| folder.join(file).display().to_string()).join(" and ");
        ConfigError::NotFound { looked_for }
    })
}

const VARIABLE: &str = "JETON_CONFIG";

const USUAL: [&str; 2] = ["jeton.toml", "jeton-data/jeton.toml"];
