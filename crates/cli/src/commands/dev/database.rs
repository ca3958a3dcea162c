//! `--database`: a PostgreSQL database instead of a file in the data folder.
//!
//! Decides where its password is kept: in a file of its own that only the owner may read, never in jeton.toml, which people
//! copy and show. Must not connect to it.

use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use jeton_server::config::{DatabaseConfig, DatabaseUrl, Environment as _, ProcessEnvironment};
use secrecy::{ExposeSecret as _, SecretString};

use super::settings_file::{PasswordFile, SettingsFile, replace};
use crate::failure::Failure;

/// The value of the option, unchecked, so that no error message repeats its password.
#[derive(Clone)]
pub(super) struct DatabaseOption(String);

impl From<String> for DatabaseOption {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for DatabaseOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseOption(…)")
    }
}

impl DatabaseOption {
    /// Checks the URL and whether the environment sets another one.
    pub(super) fn check(&self) -> Result<ChosenDatabase, Failure> {
        let url = DatabaseUrl::try_from(self.0.clone()).ok().filter(|url| !url.is_sqlite());
        let Some(whole) = url else {
            return Err(Failure::Usage(
                "--database is not the URL of a PostgreSQL database; use, for example, \
                 postgres://jeton@db.example.com/jeton, or --data-dir for a database in another folder"
                    .to_owned(),
            ));
        };
        let (without_password, password) = whole.split_password();
        let conflicts: &[&str] =
            if password.is_some() { &[URL_VARIABLE, PASSWORD, PASSWORD_FILE] } else { &[URL_VARIABLE] };
        let set = ProcessEnvironment.variables();
        for name in conflicts {
            if set.iter().any(|(set, value)| set == name && !value.is_empty()) {
                return Err(Failure::Usage(format!("--database and {name} are both set; unset {name}")));
            }
        }
        Ok(ChosenDatabase { whole, without_password, password })
    }
}

/// A database that the command line chose.
#[derive(Debug)]
pub(super) struct ChosenDatabase {
    whole: DatabaseUrl,
    without_password: DatabaseUrl,
    password: Option<SecretString>,
}

impl ChosenDatabase {
    /// The whole URL.
    pub(super) fn url(&self) -> &DatabaseUrl {
        &self.whole
    }

    /// Removes a password file that belongs to the URL before. One that the user chose stays if the URL has no password.
    pub(super) fn remove_old_password(&self, config: &mut DatabaseConfig, folder: &Path) {
        if self.password.is_some() || config.password_file == Some(folder.join(FILE)) {
            config.password_file = None;
        }
    }

    /// Saves it for the next start and for other commands. The password is written before the file that names it.
    pub(super) fn save(&self, settings_file: &Path, folder: &Path) -> Result<(), Failure> {
        let password_file = folder.join(FILE);
        let mut settings = SettingsFile::read(settings_file)?;
        let url = self.without_password.expose();
        let Some(password) = &self.password else {
            settings.set_database(url, PasswordFile::NoneOf(FILE));
            settings.write_if_changed()?;
            return delete(&password_file);
        };
        replace(&password_file, password.expose_secret())?;
        settings.set_database(url, PasswordFile::Named(FILE));
        settings.write_if_changed()
    }
}

fn delete(file: &Path) -> Result<(), Failure> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(Failure::Failed(format!("{}: cannot be deleted ({error})", file.display())))
        }
        _ => Ok(()),
    }
}

/// In the data folder.
const FILE: &str = "database-password";
/// The variable that would override jeton.toml at every start.
pub(super) const URL_VARIABLE: &str = "JETON_DATABASE__URL";
const PASSWORD: &str = "JETON_DATABASE__PASSWORD";
const PASSWORD_FILE: &str = "JETON_DATABASE__PASSWORD_FILE";
