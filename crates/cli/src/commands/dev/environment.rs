//! The environment of `jeton dev`, whose regions are in its own file.
//!
//! Decides which variables are hidden. Must not know what they mean.

use std::ffi::OsString;
use std::path::PathBuf;

use jeton_server::config::{Environment, ProcessEnvironment, REGION_VARIABLES};

use crate::print::output;

/// The process's environment without the variables that name regions.
#[derive(Debug, Clone, Copy)]
pub(super) struct DevEnvironment;

impl DevEnvironment {
    /// Warns about each such variable that is set: it has no effect.
    pub(super) fn say_ignored_variables() {
        let set = ProcessEnvironment.variables();
        for name in REGION_VARIABLES {
            if set.iter().any(|(set, value)| set == name && !value.is_empty()) {
                output::say(&format!(
                    "{name} is ignored: `jeton dev` reads its region from its own file; use --issuer"
                ));
            }
        }
    }
}

impl Environment for DevEnvironment {
    fn variables(&self) -> Vec<(OsString, OsString)> {
        let is_hidden = |name: &OsString| REGION_VARIABLES.iter().any(|hidden| name == hidden);
        ProcessEnvironment.variables().into_iter().filter(|(name, _)| !is_hidden(name)).collect()
    }

    fn folder(&self) -> PathBuf {
        ProcessEnvironment.folder()
    }
}
