//! Checks what a start would find, without changing anything: no migration, no new file, no bound address.
//!
//! `serve` uses it before it binds its listeners, and `config check` prints it. So the two cannot disagree. Must not
//! know how findings are printed.

use std::fmt;
use std::path::{Path, PathBuf};

use jeton_core::store::{InspectedStore, Migrate, OpenError};
use jeton_core::{check_keys, check_master_key};

use crate::config::Config;
use crate::listen::check_tls;
use crate::node::master_key_file;
use crate::node::start::{StartError, database_url, missing_master_key, read_master_key};

/// The result of the check.
#[derive(Debug, Default)]
pub struct StartFindings {
    /// The errors that would prevent a start, in the order in which they would occur.
    pub faults: Vec<StartError>,
    /// The changes that a start would make.
    pub notes: Vec<StartNote>,
}

/// A change that a start makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartNote {
    /// It creates the database.
    NewDatabase {
        /// Which one.
        place: String,
    },
    /// It migrates the database to this version.
    Migration {
        /// Which one.
        place: String,
    },
    /// It creates the master key.
    NewMasterKey {
        /// Its file.
        path: PathBuf,
    },
}

impl fmt::Display for StartNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NewDatabase { place } => {
                write!(f, "there is no database {place} yet; `jeton serve` creates it")
            }
            Self::Migration { place } => {
                write!(
                    f,
                    "the database {place} needs a migration; `jeton serve` or `jeton migrate` applies it"
                )
            }
            Self::NewMasterKey { path } => {
                write!(f, "there is no master key file {} yet; `jeton serve` creates it", path.display())
            }
        }
    }
}

/// Performs every step of a start before the binding of the listeners, except steps that change something.
pub async fn check_start(config: &Config, migrate: Migrate) -> StartFindings {
    let mut findings = StartFindings::default();
    if let Err(error) = check_tls(&config.listen) {
        findings.faults.push(error.into());
    }
    let inspected = match inspect(config).await {
        Ok(inspected) => {
            findings.check_store(&inspected, migrate);
            Some(inspected)
        }
        Err(error) => {
            findings.faults.push(error);
            None
        }
    };
    if let Err(error) = findings.check_master_key(config, inspected.as_ref()) {
        findings.faults.push(error);
    }
    findings
}

async fn inspect(config: &Config) -> Result<InspectedStore, StartError> {
    let url = database_url(config)?;
    Ok(jeton_store::inspect(url.expose(), &config.this_region().name).await?)
}

impl StartFindings {
    /// Fails if a fault would prevent the start.
    ///
    /// # Errors
    /// The first of the faults.
    pub fn ensure_none(self) -> Result<(), StartError> {
        self.faults.into_iter().next().map_or(Ok(()), Err)
    }

    /// Checks whether a start with this permission to migrate would open the store.
    fn check_store(&mut self, inspected: &InspectedStore, migrate: Migrate) {
        match (inspected, migrate) {
            (InspectedStore::Current { .. }, _) => {}
            (InspectedStore::New { place, .. }, Migrate::Pending | Migrate::New) => {
                self.notes.push(StartNote::NewDatabase { place: place.clone() });
            }
            (InspectedStore::Outdated { place, .. }, Migrate::Pending) => {
                self.notes.push(StartNote::Migration { place: place.clone() });
            }
            (InspectedStore::New { place, .. }, Migrate::Never) => {
                self.faults.push(OpenError::Missing { place: place.clone() }.into());
            }
            (InspectedStore::Outdated { place, .. }, Migrate::New | Migrate::Never) => {
                self.faults.push(OpenError::NotMigrated { place: place.clone() }.into());
            }
        }
    }

    fn check_master_key(
        &mut self,
        config: &Config,
        inspected: Option<&InspectedStore>,
    ) -> Result<(), StartError> {
        let key = read_master_key(config)?;
        // Without the store, it is unknown whether a missing or a different key is a fault.
        let Some(inspected) = inspected else { return Ok(()) };
        let (check, keys, new_folder) = match inspected {
            InspectedStore::New { folder, .. } => (None, &[][..], folder.as_deref()),
            InspectedStore::Outdated { master_key_check, .. } => (master_key_check.as_deref(), &[][..], None),
            InspectedStore::Current { master_key_check, keys } => {
                (master_key_check.as_deref(), keys.as_slice(), None)
            }
        };
        match (key, check) {
            (Some(key), Some(check)) => {
                check_master_key(check, &key)?;
                Ok(check_keys(keys, &config.this_region().name, &key)?)
            }
            (Some(_), None) => Ok(()),
            (None, Some(_)) => Err(missing_master_key(config)),
            (None, None) => self.expect_new_key(config, new_folder),
        }
    }

    fn expect_new_key(&mut self, config: &Config, new_folder: Option<&Path>) -> Result<(), StartError> {
        let path = &config.keys.master_key_file;
        master_key_file::check_creatable(path, new_folder)?;
        self.notes.push(StartNote::NewMasterKey { path: path.clone() });
        Ok(())
    }
}
