//! The environment of `jeton dev`, whose regions are in its own file and whose database may be an option.
//!
//! Decides which variables are hidden or set. Must not know what they mean.

use std::ffi::OsString;
use std::path::PathBuf;

use jeton_server::config::{DatabaseUrl, Environment, ProcessEnvironment, REGION_VARIABLES};

use super::database::URL_VARIABLE;
use crate::print::output;

/// The process's environment without the variables that name regions, and with the URL of `--database`.
#[derive(Debug, Clone)]
pub(super) struct DevEnvironment {
    database: Option<DatabaseUrl>,
}

impl DevEnvironment {
    pub(super) fn new(database: Option<DatabaseUrl>) -> Self {
        Self { database }
    }

    pub(super) fn has_database(&self) -> bool {
        self.database.is_some()
    }

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
        let variables = ProcessEnvironment.variables().into_iter().filter(|(name, _)| !is_hidden(name));
        let database = self.database.iter().map(|url| (URL_VARIABLE.into(), url.expose().into()));
        variables.chain(database).collect()
    }

    fn folder(&self) -> PathBuf {
        ProcessEnvironment.folder()
    }
}
