//! The process's surroundings as a port: its variables and its folder.
//!
//! Decides nothing; tests pass their own, so that none of them touches the real environment.

use std::{ffi::OsString, path::PathBuf};

/// Where variables and relative paths come from.
pub trait Environment {
    /// Every variable, names and values as they are.
    fn variables(&self) -> Vec<(OsString, OsString)>;

    /// The folder in which files are looked for; the empty path is the process's own.
    fn folder(&self) -> PathBuf;
}

/// The variable of this name; an empty one counts as none, because many tools cannot unset one.
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
