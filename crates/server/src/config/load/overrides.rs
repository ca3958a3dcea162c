//! The settings that the command line gives.

use std::path::PathBuf;

/// Settings from the command line; they override file and environment.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--config FILE`
    pub config: Option<PathBuf>,
    /// `--region NAME`
    pub region: Option<String>,
}
