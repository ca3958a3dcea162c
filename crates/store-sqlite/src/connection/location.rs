//! Parses the file path from a `sqlite:` URL.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use jeton_core::store::OpenError;
use sqlx::sqlite::SqliteConnectOptions;

/// The file of a database. Displays as its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location(PathBuf);

impl Location {
    /// Parses `sqlite:PATH` or `sqlite://PATH`. A relative path starts at the working directory.
    ///
    /// # Errors
    /// [`OpenError::BadUrl`] for anything else, for an in-memory database, which loses its data, and for parameters,
    /// some of which would disable durability.
    pub fn from_url(url: &str) -> Result<Self, OpenError> {
        let refused = |reason: &str| OpenError::BadUrl { url: url.to_owned(), reason: reason.to_owned() };
        let Some(rest) = url.strip_prefix("sqlite:") else {
            return Err(refused("it does not start with sqlite:"));
        };
        let path = rest.strip_prefix("//").unwrap_or(rest);
        if path.contains('?') {
            return Err(refused("it must not have parameters (write a question mark in the path as %3F)"));
        }
        if path.is_empty() || path.ends_with('/') {
            return Err(refused("it does not name a file"));
        }
        if path == ":memory:" {
            return Err(refused("an in-memory database loses all data when the process ends"));
        }
        let options = SqliteConnectOptions::from_str(url).map_err(|error| refused(&error.to_string()))?;
        Ok(Self(options.get_filename().to_path_buf()))
    }

    /// The location of a file without a URL.
    pub(crate) fn of(path: PathBuf) -> Self {
        Self(path)
    }

    /// The path of the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.display().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_follows_the_scheme() {
        for (url, path) in [
            ("sqlite:data/jeton.db", "data/jeton.db"),
            ("sqlite:/var/lib/jeton.db", "/var/lib/jeton.db"),
            ("sqlite://data/jeton.db", "data/jeton.db"),
            ("sqlite:///var/lib/jeton.db", "/var/lib/jeton.db"),
            ("sqlite:a%3Fb.db", "a?b.db"),
        ] {
            assert_eq!(Location::from_url(url).unwrap().path(), Path::new(path), "{url}");
        }
    }

    #[test]
    fn a_url_that_does_not_name_a_file_is_rejected() {
        for url in ["sqlite:", "sqlite://", "sqlite:data/", "sqlite::memory:", "sqlite:a.db?mode=ro", "a.db"]
        {
            assert!(matches!(Location::from_url(url), Err(OpenError::BadUrl { .. })), "{url}");
        }
    }
}
