//! `[database]`: which store.
//!
//! Decides where a relative SQLite path points. Must not open the store or know which adapters exist.

use std::{fmt, path::Path};

use serde::Deserialize;

/// Where accounts are kept.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DatabaseConfig {
    /// The store's URL.
    pub url: DatabaseUrl,
}

impl DatabaseConfig {
    pub(super) fn resolve_paths(&mut self, folder: &Path) {
        self.url = self.url.resolved(folder);
    }
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

const NOT_SUPPORTED: &str =
    "is not a supported database URL; use, for example, \"sqlite:jeton-data/jeton.db\"";
