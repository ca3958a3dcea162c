//! The database URL with the password and the root certificate that the configuration names apart from it.
//!
//! Reads both files. Must not connect to the database. No error shows a part of a file.

use std::path::{Path, PathBuf};

use rustls_pki_types::{CertificateDer, pem::PemObject as _};
use secrecy::SecretString;
use thiserror::Error;

use crate::config::{Config, DatabaseUrl, plaintext};
use crate::node::key_file;
use crate::node::key_file::KeyFileError;

/// The URL for the adapter of the store.
///
/// # Errors
/// [`DatabaseFileError`] if a file that `[database]` names cannot be used, or if the URL permits plaintext.
pub fn database_url(config: &Config) -> Result<DatabaseUrl, DatabaseFileError> {
    let database = &config.database;
    // A configuration that was not read from a file was not checked.
    if let Some(mode) = database.forbidden_plaintext_mode() {
        return Err(DatabaseFileError::Plaintext(plaintext(mode)));
    }
    let mut url = database.url.clone();
    if let Some(file) = &database.password_file {
        url = url.with_password(&read_password(file)?);
    }
    if let Some(password) = &database.password {
        url = url.with_password(password);
    }
    if let Some(file) = &database.root_certificate {
        check_certificate(file)?;
        url = url.with_root_certificate(file);
    }
    Ok(url)
}

/// The text of the file without a trailing newline, because editors add one.
fn read_password(file: &Path) -> Result<SecretString, DatabaseFileError> {
    let unusable = |reason| DatabaseFileError::Password { file: file.to_owned(), reason };
    let text = key_file::read(file)
        .map_err(|source| DatabaseFileError::PasswordFile { file: file.to_owned(), source })?;
    let text = std::str::from_utf8(&text).map_err(|_| unusable("is not UTF-8"))?;
    let text = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
    if text.is_empty() {
        return Err(unusable("is empty"));
    }
    if text.contains(['\n', '\0']) {
        return Err(unusable("has more than one line"));
    }
    Ok(SecretString::from(text))
}

/// The adapter reads the file for each connection. A fault in it must stop the start, not look like an outage.
fn check_certificate(file: &Path) -> Result<(), DatabaseFileError> {
    let text = std::fs::read(file).map_err(|error| DatabaseFileError::CertificateFile {
        file: file.to_owned(),
        source: KeyFileError::unreadable(file, &error),
    })?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match certificates {
        Ok(certificates) if !certificates.is_empty() => Ok(()),
        Ok(_) | Err(_) => Err(DatabaseFileError::Certificate { file: file.to_owned() }),
    }
}

/// Why a file that `[database]` names cannot be used. The message is one line that names the file and what to do.
#[derive(Debug, Error)]
pub enum DatabaseFileError {
    /// The URL permits an unencrypted connection to another machine.
    #[error("`database.url` {0}")]
    Plaintext(String),
    /// The password file cannot be read, or others may read it.
    #[error("the database password file {file} ([database] password_file) cannot be used: {source}")]
    PasswordFile {
        /// The file.
        file: PathBuf,
        /// What is wrong with it, and what to do.
        source: KeyFileError,
    },
    /// The password file does not contain a password.
    #[error(
        "the database password file {file} ([database] password_file) {reason}; write the password on its only line"
    )]
    Password {
        /// The file.
        file: PathBuf,
        /// What is wrong with the text.
        reason: &'static str,
    },
    /// The certificate file cannot be read.
    #[error("the root certificate file {file} ([database] root_certificate) cannot be used: {source}")]
    CertificateFile {
        /// The file.
        file: PathBuf,
        /// What is wrong with it, and what to do.
        source: KeyFileError,
    },
    /// The certificate file does not contain a certificate.
    #[error(
        "the root certificate file {file} ([database] root_certificate) does not contain valid PEM certificates; name \
         the certificate of the authority that signed the server's"
    )]
    Certificate {
        /// The file.
        file: PathBuf,
    },
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use secrecy::ExposeSecret as _;

    use super::*;
    use crate::config::RegionConfig;

    const PASSWORD: &str = "p@ss w%rd+#?/&=:é'\"";

    /// The value that applies, as URL parsers read it.
    fn parameter(url: &DatabaseUrl, name: &str) -> Option<String> {
        let url = url::Url::parse(url.expose()).unwrap();
        url.query_pairs().filter(|(key, _)| key == name).last().map(|(_, value)| value.into_owned())
    }

    fn config(url: &str) -> Config {
        let region = RegionConfig {
            name: "us".parse().unwrap(),
            issuer: "https://app.example.com".to_owned().try_into().unwrap(),
        };
        let mut config = Config::for_region(region);
        config.database.url = url.to_owned().try_into().unwrap();
        config
    }

    fn file(text: impl AsRef<[u8]>, mode: u32) -> tempfile::TempPath {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(mode)).unwrap();
        file.into_temp_path()
    }

    #[test]
    fn a_password_of_the_environment_or_a_file_replaces_that_of_the_url() {
        for url in
            ["postgres://jeton:old@db/jeton", "postgres://db/jeton?password=old", "postgres://db/jeton?a=b"]
        {
            let mut config = config(url);
            config.database.password = Some(SecretString::from(PASSWORD));
            assert_eq!(parameter(&database_url(&config).unwrap(), "password").unwrap(), PASSWORD, "{url}");
            config.database.password = None;
            for end in ["", "\n", "\r\n"] {
                let file = file(format!("{PASSWORD}{end}"), 0o600);
                config.database.password_file = Some(file.to_path_buf());
                let replaced = database_url(&config).unwrap();
                assert_eq!(parameter(&replaced, "password").unwrap(), PASSWORD, "{url}");
                assert!(!format!("{replaced} {replaced:?}").contains("ss"), "{replaced}");
            }
        }
    }

    #[test]
    fn a_configuration_that_was_not_loaded_does_not_permit_plaintext_either() {
        let mut config = config("postgres://db/jeton?sslmode=prefer");
        let error = database_url(&config).unwrap_err().to_string();
        assert!(error.contains("sslmode=prefer"), "{error}");
        config.database.allow_plaintext = true;
        assert!(database_url(&config).is_ok());
    }

    #[test]
    fn without_settings_the_url_stays() {
        for url in ["sqlite:a?b.db", "postgres://jeton:old@db/jeton?sslrootcert=ca.pem"] {
            assert_eq!(database_url(&config(url)).unwrap().expose(), url);
        }
    }

    #[test]
    fn only_one_newline_is_removed_and_spaces_stay() {
        for (text, password) in [(" a ", " a "), ("a\t\n", "a\t"), ("a\r", "a\r")] {
            let read = read_password(&file(text, 0o400)).unwrap();
            assert_eq!(read.expose_secret(), password);
        }
    }

    #[test]
    fn a_password_file_that_is_not_usable_is_named_and_not_shown() {
        for (text, mode, says) in [
            (&b"canary"[..], 0o644, "cannot be used"),
            (b"canary", 0o660, "cannot be used"),
            (b"", 0o600, "is empty"),
            (b"\n", 0o600, "is empty"),
            (b"canary\ncanary\n", 0o600, "has more than one line"),
            (b"canary\n\n", 0o600, "has more than one line"),
            (b"canary\xff", 0o600, "is not UTF-8"),
        ] {
            let file = file(text, mode);
            let error = read_password(&file).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(shown.contains(says) && shown.contains(&*file.to_string_lossy()), "{shown}");
            assert!(shown.contains("password_file") && !shown.contains("canary"), "{shown}");
        }
        let missing = read_password(Path::new("/nowhere/password")).unwrap_err().to_string();
        assert!(missing.contains("/nowhere/password") && missing.contains("cannot be read"), "{missing}");
    }

    #[test]
    fn a_root_certificate_replaces_that_of_the_url() {
        let made = rcgen::generate_simple_self_signed(["db".to_owned()]).unwrap();
        let file = file(made.cert.pem(), 0o644);
        let mut config = config("postgres://db/jeton?sslrootcert=old.pem");
        config.database.root_certificate = Some(file.to_path_buf());
        let shown = file.to_string_lossy();
        assert_eq!(parameter(&database_url(&config).unwrap(), "sslrootcert").unwrap(), shown);
    }

    #[test]
    fn a_root_certificate_that_is_not_usable_is_named() {
        let garbage = "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n";
        let key = rcgen::generate_simple_self_signed(["db".to_owned()]).unwrap().signing_key.serialize_pem();
        for text in ["", "text", garbage, &key] {
            let file = file(text, 0o644);
            let error = check_certificate(&file).unwrap_err().to_string();
            assert!(
                error.contains(&*file.to_string_lossy()) && error.contains("root_certificate"),
                "{error}"
            );
        }
        assert!(check_certificate(Path::new("/nowhere/ca.pem")).is_err());
    }
}
