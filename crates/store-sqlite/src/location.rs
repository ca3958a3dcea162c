//! Which file a URL names.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use jeton_core::store::OpenError;
use sqlx::sqlite::SqliteConnectOptions;

/// The file of a database; it displays as the file's path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location(PathBuf);

impl Location {
    /// Reads `sqlite:PATH` or `sqlite://PATH`; a relative path begins at the working directory.
    ///
    /// # Errors
    /// [`OpenError::BadUrl`] for anything else, for a database in memory, which keeps nothing, and for parameters:
    /// some of them would switch off what durability rests on.
    pub fn from_url(url: &str) -> Result<Self, OpenError> {
        let refused = |reason: &str| OpenError::BadUrl { url: url.to_owned(), reason: reason.to_owned() };
        let Some(rest) = url.strip_prefix("sqlite:") else {
            return Err(refused("it does not begin with sqlite:"));
        };
        let path = rest.strip_prefix("//").unwrap_or(rest);
        if path.contains('?') {
            return Err(refused("it takes no parameters; a question mark in the path is written %3F"));
        }
        if path.is_empty() || path.ends_with('/') {
            return Err(refused("it names no file"));
        }
        if path == ":memory:" {
            return Err(refused("a database in memory keeps nothing"));
        }
        let options = SqliteConnectOptions::from_str(url).map_err(|error| refused(&error.to_string()))?;
        Ok(Self(options.get_filename().to_path_buf()))
    }

    /// A file that no URL names.
    pub(crate) fn of(path: PathBuf) -> Self {
        Self(path)
    }

    /// The file.
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
    fn what_names_no_file_is_refused() {
        for url in ["sqlite:", "sqlite://", "sqlite:data/", "sqlite::memory:", "sqlite:a.db?mode=ro", "a.db"]
        {
            assert!(matches!(Location::from_url(url), Err(OpenError::BadUrl { .. })), "{url}");
        }
    }
}
