//! `[keys]`: what wraps the signing and sealing keys in the store.
//!
//! Decides where the master key may be written down. Must not read it from its file.

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::{Deserialize, Deserializer, de::Error};

/// Where the master key is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KeysConfig {
    /// The file that holds the master key, 0600.
    pub master_key_file: PathBuf,
    /// The master key itself, from `JETON_KEYS__MASTER_KEY` only; wins over the file.
    #[serde(deserialize_with = "master_key")]
    pub master_key: Option<SecretString>,
}

impl KeysConfig {
    pub(super) fn resolve_paths(&mut self, folder: &Path) {
        self.master_key_file = folder.join(&self.master_key_file);
    }
}

impl Default for KeysConfig {
    fn default() -> Self {
        Self { master_key_file: PathBuf::from("jeton-data/master.key"), master_key: None }
    }
}

fn master_key<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() {
        return Err(D::Error::custom(
            "is empty; put the master key into it, or unset it to use `keys.master_key_file`",
        ));
    }
    Ok(Some(SecretString::from(text)))
}

/// Configuration files are copied, committed and shown to people; a key in one is no longer a key.
pub(super) const IN_THE_FILE: &str = "must not be in the file, which others may read; put it into JETON_KEYS__MASTER_KEY \
     or into the file that `keys.master_key_file` names";
