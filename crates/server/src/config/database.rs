//! `[database]`: which store, and how a connection to it is protected.
//!
//! Decides where a relative path points, where a password may be configured, and that a connection to another machine is
//! encrypted unless the operator allows plaintext. Must not open the store or read the files.

use std::fmt::{self, Write as _};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jeton_core::store::{CALL_TIMEOUT, ConnectionLimits, ConnectionTimeouts};
use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, de::Error};

use super::value::duration;

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
        jeton_store::plaintext_mode(&self.url.0).filter(|_| !self.allow_plaintext)
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
    let duration = duration::any(deserializer)?;
    if (Duration::from_millis(1)..=CALL_TIMEOUT).contains(&duration) {
        Ok(Some(duration))
    } else {
        Err(D::Error::custom("must be from 1ms to 900ms, because a request waits no longer for the database"))
    }
}

fn idle_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let duration = duration::any(deserializer)?;
    if (Duration::from_secs(1)..=LONGEST_IDLE_TIME).contains(&duration) {
        Ok(Some(duration))
    } else {
        Err(D::Error::custom("must be from 1s to 1h, because an idle transaction may keep others waiting"))
    }
}

const LONGEST_IDLE_TIME: Duration = Duration::from_hours(1);

/// The rest of the sentence about a URL with this `sslmode`.
pub(crate) fn plaintext(mode: &str) -> String {
    format!(
        "permits an unencrypted connection to another machine (sslmode={mode}); remove `sslmode` to require TLS with \
         a verified certificate, or set `database.allow_plaintext` to true if the network is secure"
    )
}

/// `sqlite:FILE` or `postgres://…`; may hold a password, so it shows only its scheme and host.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The whole URL, including the password: only for the adapter that opens it, never for a message.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Without its password, and the password, decoded.
    #[must_use]
    pub fn split_password(&self) -> (Self, Option<SecretString>) {
        let Some((scheme, rest)) = self.0.split_once("://") else { return (self.clone(), None) };
        let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (user, hosts) =
            authority.rsplit_once('@').map_or((None, authority), |(user, hosts)| (Some(user), hosts));
        let (user, mut password) = match user.map(|user| user.split_once(':').unwrap_or((user, ""))) {
            Some((user, password)) => (format!("{user}@"), Some(password).filter(|text| !text.is_empty())),
            None => (String::new(), None),
        };
        let mut kept = Vec::new();
        for pair in query.into_iter().flat_map(|query| query.split('&')) {
            match pair.split_once('=') {
                // The last of several applies, also over the one before the host.
                Some(("password", value)) => password = Some(value),
                _ => kept.push(pair),
            }
        }
        let query = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
        let decoded =
            |text: &str| SecretString::from(percent_decode_str(text).decode_utf8_lossy().into_owned());
        (Self(format!("{scheme}://{user}{hosts}{path}{query}")), password.map(decoded))
    }

    /// With a password in place of its own. The last of several parameters applies.
    pub(crate) fn with_password(&self, password: &SecretString) -> Self {
        self.with("password", password.expose_secret().as_bytes())
    }

    /// With a root certificate in place of its own. A file has none.
    pub(crate) fn with_root_certificate(&self, file: &Path) -> Self {
        if self.is_sqlite() {
            return self.clone();
        }
        self.with("sslrootcert", file.as_os_str().as_encoded_bytes())
    }

    fn with(&self, parameter: &str, value: &[u8]) -> Self {
        let separator = if self.0.contains('?') { '&' } else { '?' };
        let mut url = format!("{}{separator}{parameter}=", self.0);
        for byte in value {
            let _ = write!(url, "%{byte:02X}");
        }
        Self(url)
    }

    /// Whether it names a file instead of a server.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        self.0.starts_with(SQLITE)
    }

    fn resolved(&self, folder: &Path) -> Self {
        let Some(rest) = self.0.strip_prefix(SQLITE) else { return self.clone() };
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        if rest.starts_with('/') || rest.starts_with(":memory:") {
            return self.clone();
        }
        // The adapter decodes percent escapes and ends the path at `?`, so these characters of the folder are escaped.
        let folder = folder.to_string_lossy().replace('%', "%25").replace('?', "%3F").replace('#', "%23");
        Self(format!("{SQLITE}{}", Path::new(&folder).join(rest).display()))
    }
}

impl Default for DatabaseUrl {
    fn default() -> Self {
        Self("sqlite:jeton-data/jeton.db".to_owned())
    }
}

impl TryFrom<String> for DatabaseUrl {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let names_a_file = text
            .strip_prefix(SQLITE)
            .is_some_and(|rest| !matches!(rest.trim_start_matches("//").chars().next(), None | Some('?')));
        let names_a_host = ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
        if names_a_file || names_a_host { Ok(Self(text)) } else { Err(NOT_SUPPORTED) }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((scheme, rest)) = self.0.split_once("://") else { return f.write_str(&self.0) };
        // A password may be before the last `@`, or in a parameter after the `?`.
        let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
        let host = host.split_once('?').map_or(host, |(host, _)| host);
        write!(f, "{scheme}://{host}")
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

const SQLITE: &str = "sqlite:";

const POSTGRES_ONLY: &str = "is for PostgreSQL only, but `database.url` names an SQLite file; remove it";

const TWO_PASSWORDS: &str = "and `database.password_file` are both set; unset one of them, so that it is clear which password applies";

/// Configuration files are copied, committed and shown to people.
pub(super) const PASSWORD_IN_FILE: &str = "must not be in the file, because others may read the file; put it into JETON_DATABASE__PASSWORD or into \
     the file that `database.password_file` names";

const NOT_SUPPORTED: &str = "is not a supported database URL; use, for example, \"sqlite:jeton-data/jeton.db\" or \
    \"postgres://jeton@db.example.com/jeton\"";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_split_from_its_url_wherever_it_is() {
        for (url, rest, password) in [
            ("postgres://jeton:p%40s%2Bs@db/jeton", "postgres://jeton@db/jeton", Some("p@s+s")),
            ("postgres://jeton:a@h1:1,h2:2/jeton?x=1", "postgres://jeton@h1:1,h2:2/jeton?x=1", Some("a")),
            (
                "postgres:///jeton?host=/run&password=a&user=u",
                "postgres:///jeton?host=/run&user=u",
                Some("a"),
            ),
            ("postgres://jeton:a@db/jeton?password=b", "postgres://jeton@db/jeton", Some("b")),
            ("postgres://jeton:@db/jeton", "postgres://jeton@db/jeton", None),
            ("postgres://jeton@%2Frun/jeton?a@b:c", "postgres://jeton@%2Frun/jeton?a@b:c", None),
            ("postgres://db", "postgres://db", None),
            ("sqlite:a?b.db", "sqlite:a?b.db", None),
        ] {
            let url = DatabaseUrl::try_from(url.to_owned()).unwrap();
            let (without, split) = url.split_password();
            assert_eq!(without.expose(), rest);
            assert_eq!(split.as_ref().map(ExposeSecret::expose_secret), password, "{url}");
        }
    }
}
