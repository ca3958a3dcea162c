//! A folder of its own for each test.

use std::path::PathBuf;

use tempfile::TempDir;

/// A folder with room for one database, `jeton.db`.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.0.path().join("jeton.db")
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite:{}", self.database().display())
    }
}
