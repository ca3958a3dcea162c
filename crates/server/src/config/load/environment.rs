//! The environment of the process as a port: its variables and its working folder.
//!
//! Decides nothing. Tests pass their own environment, so that no test touches the real one.

use std::{ffi::OsString, path::PathBuf};

/// Where variables and relative paths come from.
pub trait Environment {
    /// Every variable, unchanged.
    fn variables(&self) -> Vec<(OsString, OsString)>;

    /// The folder that relative paths start from; the empty path means the working folder of the process.
    fn folder(&self) -> PathBuf;
}

/// The variable of this name. An empty variable counts as unset, because many tools cannot unset a variable.
pub(super) fn variable(environment: &dyn Environment, name: &str) -> Option<OsString> {
    let named = |(found, value): &(OsString, OsString)| found == name && !value.is_empty();
    environment.variables().into_iter().find(named).map(|(_, value)| value)
}

/// The environment of this process.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProcessEnvironment;

impl Environment for ProcessEnvironment {
    fn variables(&self) -> Vec<(OsString, OsString)> {
        std::env::vars_os().collect()
    }

    fn folder(&self) -> PathBuf {
        PathBuf::new()
    }
}
