//! The URL of a store on the command line, with its password from elsewhere.

use std::path::PathBuf;

use jeton_server::config::{Config, DatabaseUrl};

use crate::failure::Failure;
use crate::open::store_url;

/// A store that a command line names.
#[derive(Debug)]
pub(super) struct NamedStore {
    /// The URL. `None` means the store of the configuration.
    pub(super) url: Option<String>,
    /// The file with the password of the database.
    pub(super) password_file: Option<PathBuf>,
}

impl NamedStore {
    /// The URL for the adapter. A store that the configuration names too has the password, the root certificate and
    /// the permission for plaintext of the configuration.
    pub(super) fn resolve(self, config: &Config) -> Result<DatabaseUrl, Failure> {
        let mut config = config.clone();
        if let Some(text) = self.url {
            if has_password(&text) {
                return Err(Failure::Usage(PASSWORD_IN_ARGUMENT.to_owned()));
            }
            let place = jeton_store::place(&text)?;
            if jeton_store::place(config.database.url.expose()).ok().as_ref() != Some(&place) {
                config.database.password = None;
                config.database.password_file = None;
                // An SQLite file has none, so it is for the other database.
                if !config.database.url.is_sqlite() {
                    config.database.root_certificate = None;
                }
            } else if config.database.password.is_none() && config.database.password_file.is_none() {
                config.database.password = config.database.url.split_password().1;
            }
            if let Some(mode) = jeton_store::plaintext_mode(&text)
                && !config.database.allow_plaintext
            {
                return Err(Failure::Usage(plaintext(&place, mode)));
            }
            config.database.url = DatabaseUrl::try_from(text)
                .map_err(|reason| Failure::Usage(format!("the URL of {place} {reason}")))?;
        }
        if let Some(file) = self.password_file {
            if config.database.url.expose().starts_with("sqlite:") {
                let place = &config.database.url;
                return Err(Failure::Usage(format!(
                    "{place} is a file and has no password; leave the password file out"
                )));
            }
            config.database.password = None;
            config.database.password_file = Some(file);
        }
        store_url(&config)
    }
}

/// Every user of the machine can see the arguments of a process.
fn has_password(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    if !scheme.starts_with("postgres") {
        return false;
    }
    let (address, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    // A password that is not encoded may contain a question mark.
    let user = rest.rsplit_once('@').or_else(|| address.rsplit_once('@')).map_or("", |(user, _)| user);
    user.contains(':') || parameters.split('&').any(|pair| pair.starts_with("password="))
}

fn plaintext(place: &str, mode: &str) -> String {
    format!(
        "the URL of {place} permits an unencrypted connection to another machine (sslmode={mode}); remove `sslmode` to \
         require TLS with a verified certificate, or set `[database] allow_plaintext` to true if the network is secure"
    )
}

const PASSWORD_IN_ARGUMENT: &str = "the URL contains a password, which every user of this machine can see; remove it and \
    use the option for a password file, the file that PGPASSFILE names, or ~/.pgpass";

#[cfg(test)]
mod tests {
    use jeton_server::config::RegionConfig;
    use secrecy::{ExposeSecret as _, SecretString};

    use super::*;

    /// The password with which the store of `named` is opened.
    fn password(config: &Config, named: &str) -> Option<String> {
        let store = NamedStore { url: Some(named.to_owned()), password_file: None };
        let (_, password) = store.resolve(config).unwrap().split_password();
        password.map(|password| password.expose_secret().to_owned())
    }

    #[test]
    fn a_store_that_the_configuration_names_has_its_password_wherever_that_is() {
        let issuer = "https://auth.example.com".to_owned().try_into().unwrap();
        let mut config = Config::for_region(RegionConfig { name: "us".parse().unwrap(), issuer });
        for (url, separate, expected) in [
            ("postgres://jeton:c%40nary@db/jeton", None, Some("c@nary")),
            ("postgres://jeton@db/jeton?password=canary", None, Some("canary")),
            ("postgres://jeton:old@db/jeton", Some("canary"), Some("canary")),
            ("postgres://jeton@db/jeton", None, None),
        ] {
            config.database.url = DatabaseUrl::try_from(url.to_owned()).unwrap();
            config.database.password = separate.map(SecretString::from);
            assert_eq!(password(&config, "postgres://jeton@db/jeton").as_deref(), expected, "{url}");
            assert_eq!(password(&config, "postgres://jeton@elsewhere/jeton"), None, "{url}");
        }
    }

    #[test]
    fn a_password_in_a_url_is_found_wherever_it_is() {
        for url in [
            "postgres://jeton:canary@db/jeton",
            "postgresql://jeton:can?ary@db/jeton",
            "postgres://db/jeton?user=jeton&password=canary",
            "postgres://jeton@db/jeton?password=canary",
        ] {
            assert!(has_password(url), "{url}");
        }
        for url in [
            "postgres://jeton@db:5432/jeton",
            "postgres://db/jeton?user=jeton&sslmode=verify-full",
            "postgres://jeton@%2Frun%2Fpostgresql/jeton",
            "sqlite:/data/a:b@c.db",
            "sqlite://a:b@c.db",
        ] {
            assert!(!has_password(url), "{url}");
        }
    }
}
