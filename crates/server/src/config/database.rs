//! `[database]`: which store, and how a connection to it is protected.
//!
//! Decides where a relative path points, where a password may be configured, and that a connection to another machine is
//! encrypted unless the operator allows plaintext. Must not open the store or read the files.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jeton_core::store::{CALL_TIMEOUT, ConnectionLimits, ConnectionTimeouts};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer, de::Error};

use super::value::{DatabaseUrl, duration};

/// Where accounts are kept. All keys but `url` are for PostgreSQL only. Beside an SQLite file, `root_certificate` and
/// `allow_plaintext` concern the PostgreSQL databases that commands copy it to.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DatabaseConfig {
    /// The store's URL.
    pub url: DatabaseUrl,
    /// The password, from `JETON_DATABASE__PASSWORD` only. Replaces a password in the URL.
    #[serde(deserialize_with = "password")]
    pub password: Option<SecretString>,
    /// The file that holds the password, 0600. Replaces a password in the URL.
    pub password_file: Option<PathBuf>,
    /// A PEM file with certificate authorities that may sign the server's certificate. Replaces the one in the URL.
    pub root_certificate: Option<PathBuf>,
    /// Whether `sslmode` in the URL may permit an unencrypted connection to another machine.
    pub allow_plaintext: bool,
    /// How many connections the reads of requests may use. Without a value, 4.
    pub read_connections: Option<NonZeroUsize>,
    /// How many connections writes may use. Without a value, 2.
    pub write_connections: Option<NonZeroUsize>,
    /// How long a request waits for a free connection. Without a value, 350 ms.
    #[serde(deserialize_with = "part_of_a_call")]
    pub acquire_timeout: Option<Duration>,
    /// How long a write of a server waits for another writer. Without a value, 300 ms.
    #[serde(deserialize_with = "part_of_a_call")]
    pub lock_timeout: Option<Duration>,
    /// How long a statement may read for a request. Without a value, 700 ms.
    #[serde(deserialize_with = "part_of_a_call")]
    pub statement_timeout: Option<Duration>,
    /// How long a transaction may be idle before the server ends it. Without a value, 5 s.
    #[serde(deserialize_with = "idle_time")]
    pub idle_in_transaction_session_timeout: Option<Duration>,
}

impl DatabaseConfig {
    pub(super) fn resolve_paths(&mut self, folder: &Path) {
        self.url = self.url.resolved(folder);
        for path in [&mut self.password_file, &mut self.root_certificate].into_iter().flatten() {
            *path = folder.join(&*path);
        }
    }

    /// How many connections to the database a process may have.
    pub(crate) fn connections(&self) -> ConnectionLimits {
        let default = ConnectionLimits::default();
        ConnectionLimits {
            reads: self.read_connections.unwrap_or(default.reads),
            writes: self.write_connections.unwrap_or(default.writes),
        }
    }

    /// How long a call waits for the database.
    pub(crate) fn timeouts(&self) -> ConnectionTimeouts {
        let default = ConnectionTimeouts::default();
        ConnectionTimeouts {
            acquire: self.acquire_timeout.unwrap_or(default.acquire),
            lock: self.lock_timeout.unwrap_or(default.lock),
            statement: self.statement_timeout.unwrap_or(default.statement),
            idle_in_transaction: self
                .idle_in_transaction_session_timeout
                .unwrap_or(default.idle_in_transaction),
        }
    }

    /// The `sslmode` of the URL if it permits an unencrypted connection that the operator has not allowed.
    pub(crate) fn forbidden_plaintext_mode(&self) -> Option<&'static str> {
        jeton_store::plaintext_mode(self.url.expose()).filter(|_| !self.allow_plaintext)
    }

    /// The key that is wrong in combination with others, and the rest of the sentence about it.
    pub(super) fn problem(&self) -> Option<(String, String)> {
        let (key, sentence) = if self.url.is_sqlite() {
            (self.first_postgres_key()?, POSTGRES_ONLY.to_owned())
        } else if self.password.is_some() && self.password_file.is_some() {
            ("password", TWO_PASSWORDS.to_owned())
        } else {
            ("url", plaintext(self.forbidden_plaintext_mode()?))
        };
        Some((format!("database.{key}"), sentence))
    }

    fn first_postgres_key(&self) -> Option<&'static str> {
        let keys = [
            ("password", self.password.is_some()),
            ("password_file", self.password_file.is_some()),
            ("read_connections", self.read_connections.is_some()),
            ("write_connections", self.write_connections.is_some()),
            ("acquire_timeout", self.acquire_timeout.is_some()),
            ("lock_timeout", self.lock_timeout.is_some()),
            ("statement_timeout", self.statement_timeout.is_some()),
            ("idle_in_transaction_session_timeout", self.idle_in_transaction_session_timeout.is_some()),
        ];
        keys.into_iter().find_map(|(key, is_set)| is_set.then_some(key))
    }
}

fn password<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Err(D::Error::custom("is empty; set it to the password of the database, or unset it"));
    }
    Ok(Some(SecretString::from(text)))
}

/// A call takes no longer than [`CALL_TIMEOUT`], so a longer wait would have no effect.
fn part_of_a_call<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let bounds = Duration::from_millis(1)..=CALL_TIMEOUT;
    let problem = "must be from 1ms to 900ms, because a request waits no longer for the database";
    duration::within(deserializer, bounds, problem).map(Some)
}

fn idle_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let bounds = Duration::from_secs(1)..=Duration::from_hours(1);
    let problem = "must be from 1s to 1h, because an idle transaction may keep others waiting";
    duration::within(deserializer, bounds, problem).map(Some)
}

/// The rest of the sentence about a URL with this `sslmode`.
pub(crate) fn plaintext(mode: &str) -> String {
    format!(
        "permits an unencrypted connection to another machine (sslmode={mode}); remove `sslmode` to require TLS with \
         a verified certificate, or set `database.allow_plaintext` to true if the network is secure"
    )
}

const POSTGRES_ONLY: &str = "is for PostgreSQL only, but `database.url` names an SQLite file; remove it";

const TWO_PASSWORDS: &str = "and `database.password_file` are both set; unset one of them, so that it is clear which password applies";

/// Configuration files are copied, committed and shown to people.
pub(super) const PASSWORD_IN_FILE: &str = "must not be in the file, because others may read the file; put it into JETON_DATABASE__PASSWORD or into \
     the file that `database.password_file` names";
