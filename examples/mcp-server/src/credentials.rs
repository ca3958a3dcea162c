//! Reads the credentials for introspection, from the environment or from a file with the same lines.
//!
//! Must not know how they are used. Errors name the place, never the value.

use std::io;
use std::path::{Path, PathBuf};

use jeton_resource::ClientCredentials;

/// Reads the file if there is one, otherwise the environment.
pub(crate) fn read(file: Option<&Path>) -> Result<ClientCredentials, CredentialsError> {
    match file {
        None => find("the environment", environment),
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .map_err(|error| CredentialsError::File { path: path.to_owned(), error })?;
            find(&path.display().to_string(), |name| line(&text, name))
        }
    }
}

/// Why the credentials could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// The file cannot be read.
    #[error("cannot read the credentials file {}: {error}", path.display())]
    File {
        /// The path of the file.
        path: PathBuf,
        /// The error of the operating system.
        error: io::Error,
    },
    /// A line or a variable is missing.
    #[error(
        "{place} has no {name}; create an account with `jeton account create NAME --introspect URI --for env` and use \
         the lines that it prints"
    )]
    Missing {
        /// The file or the environment.
        place: String,
        /// The name of the missing value.
        name: &'static str,
    },
}

fn find(
    place: &str,
    value: impl Fn(&'static str) -> Option<String>,
) -> Result<ClientCredentials, CredentialsError> {
    let required =
        |name| value(name).ok_or_else(|| CredentialsError::Missing { place: place.to_owned(), name });
    Ok(ClientCredentials::new(required("OAUTH_CLIENT_ID")?, required("OAUTH_CLIENT_SECRET")?))
}

#[expect(clippy::disallowed_methods, reason = "this server reads its environment only here")]
fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The value of `NAME=value`; generated ids and secrets are never quoted.
fn line(text: &str, name: &str) -> Option<String> {
    let mut lines = text.lines().filter_map(|line| line.split_once('='));
    lines.find_map(|(left, value)| (left == name && !value.is_empty()).then(|| value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_that_jeton_prints_are_read() {
        let text = "OAUTH_TOKEN_URL=https://auth.example.com/oauth/v1/token\nOAUTH_CLIENT_ID=sa_us_1\nOAUTH_SCOPE=\n";
        assert_eq!(line(text, "OAUTH_CLIENT_ID").as_deref(), Some("sa_us_1"));
        assert_eq!(line(text, "OAUTH_SCOPE"), None);
        assert_eq!(line(text, "CLIENT_ID"), None);
    }

    #[test]
    fn the_error_for_a_file_without_a_secret_names_the_file_and_the_fix_but_not_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("asker.env");
        std::fs::write(&file, "OAUTH_CLIENT_ID=sa_us_canary\n").unwrap();
        let error = read(Some(&file)).unwrap_err().to_string();
        assert!(error.contains("asker.env has no OAUTH_CLIENT_SECRET; create an account"), "{error}");
        assert!(!error.contains("canary"), "{error}");
    }
}
