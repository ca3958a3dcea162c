//! What a start would find, told without changing anything: no migration, no new file, no bound address.
//!
//! `serve` refuses by it before it binds its listeners; `config check` prints it. So the one cannot accept what the
//! other refuses. It must not know how findings are printed.

use std::fmt;
use std::path::{Path, PathBuf};

use jeton_core::store::{InspectedStore, Migrate, OpenError};
use jeton_core::{check_keys, check_master_key};

use crate::config::Config;
use crate::listen::check_tls;
use crate::master_key_file;
use crate::start::{StartError, missing_master_key, read_master_key};

/// What a start would find.
#[derive(Debug, Default)]
pub struct StartFindings {
    /// What would end it, in the order in which it would be met.
    pub faults: Vec<StartError>,
    /// What it would do first.
    pub notes: Vec<StartNote>,
}

/// What a start does that changes something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartNote {
    /// It makes the database.
    NewDatabase {
        /// Which one.
        place: String,
    },
    /// It brings the database up to this version.
    Migration {
        /// Which one.
        place: String,
    },
    /// It makes the master key.
    NewMasterKey {
        /// Its file.
        path: PathBuf,
    },
}

impl fmt::Display for StartNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NewDatabase { place } => {
                write!(f, "there is no database {place} yet; `jeton serve` makes it")
            }
            Self::Migration { place } => {
                write!(f, "the database {place} needs a migration; `jeton serve` or `jeton migrate` does it")
            }
            Self::NewMasterKey { path } => {
                write!(f, "there is no master key file {} yet; `jeton serve` makes it", path.display())
            }
        }
    }
}

/// Takes every step that a start takes before it binds its listeners, as far as that changes nothing.
pub async fn check_start(config: &Config, migrate: Migrate) -> StartFindings {
    let mut findings = StartFindings::default();
    if let Err(error) = check_tls(&config.listen) {
        findings.faults.push(error.into());
    }
    let region = &config.this_region().name;
    let inspected = match jeton_store::inspect(config.database.url.expose(), region).await {
        Ok(inspected) => {
            findings.judge(&inspected, migrate);
            Some(inspected)
        }
        Err(error) => {
            findings.faults.push(error.into());
            None
        }
    };
    if let Err(error) = findings.check_master_key(config, inspected.as_ref()) {
        findings.faults.push(error);
    }
    findings
}

impl StartFindings {
    /// Fails with what would end the start first.
    ///
    /// # Errors
    /// The first of the faults.
    pub fn ensure_none(self) -> Result<(), StartError> {
        self.faults.into_iter().next().map_or(Ok(()), Err)
    }

    /// Whether a start that may do this much opens the store.
    fn judge(&mut self, inspected: &InspectedStore, migrate: Migrate) {
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
        // Without the store it cannot be told whether a missing key is a fault, or another one is there.
        let Some(inspected) = inspected else { return Ok(()) };
        let (check, keys, made_folder) = match inspected {
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
            (None, None) => self.expect_new_key(config, made_folder),
        }
    }

    fn expect_new_key(&mut self, config: &Config, made_folder: Option<&Path>) -> Result<(), StartError> {
        let path = &config.keys.master_key_file;
        master_key_file::check_makeable(path, made_folder)?;
        self.notes.push(StartNote::NewMasterKey { path: path.clone() });
        Ok(())
    }
}
