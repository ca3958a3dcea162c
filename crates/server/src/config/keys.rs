//! `[keys]`: what wraps the signing and sealing keys in the store, and how long they are used.
//!
//! Decides where the master key may be written down. Must not read it from its file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;
use serde::{Deserialize, Deserializer, de::Error};

use super::duration;

/// Where the master key is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KeysConfig {
    /// The file that holds the master key, 0600.
    pub master_key_file: PathBuf,
    /// The master key itself, from `JETON_KEYS__MASTER_KEY` only; wins over the file.
    #[serde(deserialize_with = "master_key")]
    pub master_key: Option<SecretString>,
    /// How long a key signs or seals before the next one does; at least a day, sealing keys at most 90 days.
    #[serde(deserialize_with = "rotation")]
    pub rotate_every: Duration,
}

impl KeysConfig {
    pub(super) fn resolve_paths(&mut self, folder: &Path) {
        self.master_key_file = folder.join(&self.master_key_file);
    }
}

impl Default for KeysConfig {
    fn default() -> Self {
        Self {
            master_key_file: PathBuf::from("jeton-data/master.key"),
            master_key: None,
            rotate_every: Duration::from_hours(24 * 90),
        }
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

/// A key's whole life takes about a day more than this; shorter ones would only pile up.
fn rotation<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let duration = duration::positive(deserializer)?;
    if duration >= SHORTEST_ROTATION {
        Ok(duration)
    } else {
        Err(D::Error::custom("must be at least 1d; write such as \"90d\", and see `jeton key rotate`"))
    }
}

const SHORTEST_ROTATION: Duration = Duration::from_hours(24);

/// Configuration files are copied, committed and shown to people; a key in one is no longer a key.
pub(super) const IN_THE_FILE: &str = "must not be in the file, which others may read; put it into JETON_KEYS__MASTER_KEY \
     or into the file that `keys.master_key_file` names";
