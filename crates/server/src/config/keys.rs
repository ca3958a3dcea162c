//! `[keys]`: the master key that encrypts the signing and sealing keys in the store, and how long these are used.
//!
//! Decides where the master key may be configured. Must not read it from its file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;
use serde::{Deserialize, Deserializer, de::Error};

use super::value::duration;

/// Where the master key is, and how often keys rotate.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KeysConfig {
    /// The file that holds the master key, 0600.
    pub master_key_file: PathBuf,
    /// The master key itself, from `JETON_KEYS__MASTER_KEY` only; wins over the file.
    #[serde(deserialize_with = "master_key")]
    pub master_key: Option<SecretString>,
    /// How long a key signs or seals before the next key replaces it: at least a day. Sealing keys rotate after at most
    /// 90 days.
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
            "is empty; set it to the master key, or unset it to use `keys.master_key_file`",
        ));
    }
    Ok(Some(SecretString::from(text)))
}

/// A key exists for about a day longer than it is used, so shorter rotations would only accumulate keys.
fn rotation<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let duration = duration::positive(deserializer)?;
    if duration >= SHORTEST_ROTATION {
        Ok(duration)
    } else {
        Err(D::Error::custom(
            "must be at least 1d; use, for example, \"90d\"; to rotate now, run `jeton key rotate`",
        ))
    }
}

const SHORTEST_ROTATION: Duration = Duration::from_hours(24);

/// Configuration files are copied, committed and shown to people, so they must not contain the master key.
pub(super) const MASTER_KEY_IN_FILE: &str = "must not be in the file, because others may read the file; put it into JETON_KEYS__MASTER_KEY \
     or into the file that `keys.master_key_file` names";
