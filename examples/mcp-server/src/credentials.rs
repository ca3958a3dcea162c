//! The credentials that this server asks the issuer with, from the environment or a file of the same lines.
//!
//! Must not know what they are for. Refusals name the place, never the value.

use std::io;
use std::path::{Path, PathBuf};

use jeton_resource::ClientCredentials;

/// Of the file, or where none is named, of the environment.
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

/// Why there are none.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// The file cannot be read.
    #[error("the credentials file {} cannot be read ({error})", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// A line or a variable is missing.
    #[error(
        "{place} has no {name}; make an account with `jeton account create NAME --introspect URI --for env` and use the \
         lines that it prints"
    )]
    Missing {
        /// Where it was looked for.
        place: String,
        /// What was looked for.
        name: &'static str,
    },
}

fn find(
    place: &str,
    value: impl Fn(&'static str) -> Option<String>,
) -> Result<ClientCredentials, CredentialsError> {
    let of = |name| value(name).ok_or_else(|| CredentialsError::Missing { place: place.to_owned(), name });
    Ok(ClientCredentials::new(of("OAUTH_CLIENT_ID")?, of("OAUTH_CLIENT_SECRET")?))
}

#[expect(clippy::disallowed_methods, reason = "this is where this server reads its environment")]
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
    fn the_lines_of_jeton_are_read() {
        let text = "OAUTH_TOKEN_URL=https://auth.example.com/oauth/v1/token\nOAUTH_CLIENT_ID=sa_us_1\nOAUTH_SCOPE=\n";
        assert_eq!(line(text, "OAUTH_CLIENT_ID").as_deref(), Some("sa_us_1"));
        assert_eq!(line(text, "OAUTH_SCOPE"), None);
        assert_eq!(line(text, "CLIENT_ID"), None);
    }

    #[test]
    fn a_file_without_a_secret_is_named_with_the_cure_and_without_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("asker.env");
        std::fs::write(&file, "OAUTH_CLIENT_ID=sa_us_canary\n").unwrap();
        let refusal = read(Some(&file)).unwrap_err().to_string();
        assert!(refusal.contains("asker.env has no OAUTH_CLIENT_SECRET; make an account"), "{refusal}");
        assert!(!refusal.contains("canary"), "{refusal}");
    }
}
