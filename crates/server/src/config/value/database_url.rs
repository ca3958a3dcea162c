//! The URL of a database, which may hold a password.
//!
//! Must not open the database; its adapter parses the rest.

use std::fmt::{self, Write as _};
use std::path::Path;

use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// `sqlite:FILE` or `postgres://…`; may hold a password, so it shows only its scheme and host.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The whole URL, including the password: only for the adapter that opens it, never for a message.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Without its password, and the password, decoded.
    #[must_use]
    pub fn split_password(&self) -> (Self, Option<SecretString>) {
        let Some((scheme, rest)) = self.0.split_once("://") else { return (self.clone(), None) };
        let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (user, hosts) =
            authority.rsplit_once('@').map_or((None, authority), |(user, hosts)| (Some(user), hosts));
        let (user, mut password) = match user.map(|user| user.split_once(':').unwrap_or((user, ""))) {
            Some((user, password)) => (format!("{user}@"), Some(password).filter(|text| !text.is_empty())),
            None => (String::new(), None),
        };
        let mut kept = Vec::new();
        for pair in query.into_iter().flat_map(|query| query.split('&')) {
            match pair.split_once('=') {
                // The last of several applies, also over the one before the host.
                Some(("password", value)) => password = Some(value),
                _ => kept.push(pair),
            }
        }
        let query = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
        let decoded =
            |text: &str| SecretString::from(percent_decode_str(text).decode_utf8_lossy().into_owned());
        (Self(format!("{scheme}://{user}{hosts}{path}{query}")), password.map(decoded))
    }

    /// With a password in place of its own. The last of several parameters applies.
    pub(crate) fn with_password(&self, password: &SecretString) -> Self {
        self.with("password", password.expose_secret().as_bytes())
    }

    /// With a root certificate in place of its own. A file has none.
    pub(crate) fn with_root_certificate(&self, file: &Path) -> Self {
        if self.is_sqlite() {
            return self.clone();
        }
        self.with("sslrootcert", file.as_os_str().as_encoded_bytes())
    }

    fn with(&self, parameter: &str, value: &[u8]) -> Self {
        let separator = if self.0.contains('?') { '&' } else { '?' };
        let mut url = format!("{}{separator}{parameter}=", self.0);
        for byte in value {
            let _ = write!(url, "%{byte:02X}");
        }
        Self(url)
    }

    /// Whether it names a file instead of a server.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        self.0.starts_with(SQLITE)
    }

    pub(in crate::config) fn resolved(&self, folder: &Path) -> Self {
        let Some(rest) = self.0.strip_prefix(SQLITE) else { return self.clone() };
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        if rest.starts_with('/') || rest.starts_with(":memory:") {
            return self.clone();
        }
        // The adapter decodes percent escapes and ends the path at `?`, so these characters of the folder are escaped.
        let folder = folder.to_string_lossy().replace('%', "%25").replace('?', "%3F").replace('#', "%23");
        Self(format!("{SQLITE}{}", Path::new(&folder).join(rest).display()))
    }
}

impl Default for DatabaseUrl {
    fn default() -> Self {
        Self("sqlite:jeton-data/jeton.db".to_owned())
    }
}

impl TryFrom<String> for DatabaseUrl {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let names_a_file = text
            .strip_prefix(SQLITE)
            .is_some_and(|rest| !matches!(rest.trim_start_matches("//").chars().next(), None | Some('?')));
        let names_a_host = ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
        if names_a_file || names_a_host { Ok(Self(text)) } else { Err(NOT_SUPPORTED) }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((scheme, rest)) = self.0.split_once("://") else { return f.write_str(&self.0) };
        // A password may be before the last `@`, or in a parameter after the `?`.
        let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
        let host = host.split_once('?').map_or(host, |(host, _)| host);
        write!(f, "{scheme}://{host}")
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

const SQLITE: &str = "sqlite:";

const NOT_SUPPORTED: &str = "is not a supported database URL; use, for example, \"sqlite:jeton-data/jeton.db\" or \
    \"postgres://jeton@db.example.com/jeton\"";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_split_from_its_url_wherever_it_is() {
        for (url, rest, password) in [
            ("postgres://jeton:p%40s%2Bs@db/jeton", "postgres://jeton@db/jeton", Some("p@s+s")),
            ("postgres://jeton:a@h1:1,h2:2/jeton?x=1", "postgres://jeton@h1:1,h2:2/jeton?x=1", Some("a")),
            (
                "postgres:///jeton?host=/run&password=a&user=u",
                "postgres:///jeton?host=/run&user=u",
                Some("a"),
            ),
            ("postgres://jeton:a@db/jeton?password=b", "postgres://jeton@db/jeton", Some("b")),
            ("postgres://jeton:@db/jeton", "postgres://jeton@db/jeton", None),
            ("postgres://jeton@%2Frun/jeton?a@b:c", "postgres://jeton@%2Frun/jeton?a@b:c", None),
            ("postgres://db", "postgres://db", None),
            ("sqlite:a?b.db", "sqlite:a?b.db", None),
        ] {
            let url = DatabaseUrl::try_from(url.to_owned()).unwrap();
            let (without, split) = url.split_password();
            assert_eq!(without.expose(), rest);
            assert_eq!(split.as_ref().map(ExposeSecret::expose_secret), password, "{url}");
        }
    }
}
