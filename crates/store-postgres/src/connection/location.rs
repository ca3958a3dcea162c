//! Parses a `postgres:` URL.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use jeton_core::store::OpenError;
use sqlx::postgres::{PgConnectOptions, PgSslMode};

/// The servers and the name of a database. Displays without user and password.
#[derive(Clone)]
pub struct Location {
    /// At least one. Several are copies of one database, of which one is the primary.
    servers: Vec<Server>,
    place: String,
}

/// One server of a [`Location`], with the options that the URL sets. Displays without user and password.
#[derive(Clone)]
pub(crate) struct Server(PgConnectOptions);

impl Server {
    /// The options, which may include a password.
    pub(crate) fn expose(&self) -> &PgConnectOptions {
        &self.0
    }
}

/// The host and port, or the folder of the socket.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.get_socket() {
            Some(socket) => socket.display().fmt(f),
            None => write!(f, "{}:{}", self.0.get_host(), self.0.get_port()),
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Server({self})")
    }
}

impl Location {
    /// Parses `postgres://USER:PASSWORD@HOST:PORT,HOST:PORT/DATABASE?PARAMETERS`, also with the scheme `postgresql`.
    /// One host is enough.
    ///
    /// Without `sslmode`, a connection over a network needs TLS with a verified certificate. So does a connection over
    /// TCP on this machine if the URL names a root certificate.
    ///
    /// # Errors
    /// [`OpenError::BadUrl`] for anything else, and for unknown parameters: one that sets how durable commits are, for
    /// example, would be ignored. The error does not show the URL, because a password may be anywhere in it.
    pub fn from_url(url: &str) -> Result<Self, OpenError> {
        let refused = |reason: String| OpenError::BadUrl { url: format!("{}…", scheme(url)), reason };
        if scheme(url).is_empty() {
            return Err(refused("it does not start with postgres://".to_owned()));
        }
        // The URL parser ignores a fragment, and the parameters in it.
        if url.contains('#') {
            return Err(refused("it contains #; write %23".to_owned()));
        }
        let parameters = parameters(url);
        if let Some(unknown) = parameters.iter().find(|name| !PARAMETERS.contains(name)) {
            return Err(refused(format!("the parameter {unknown:?} is not supported")));
        }
        let urls = urls_of_servers(url);
        if urls.len() > 1 && parameters.contains(&"host") {
            return Err(refused(
                "it names hosts in two places; write postgres://HOST,HOST/DATABASE".to_owned(),
            ));
        }
        let mut servers = Vec::new();
        for url in &urls {
            let options = PgConnectOptions::from_str(url).map_err(|_| refused(NOT_PARSED.to_owned()))?;
            if options.get_database().is_none() {
                return Err(refused("it does not name a database".to_owned()));
            }
            if options.get_host().contains(',') || (urls.len() > 1 && has_no_host(url)) {
                return Err(refused(
                    "its hosts are not of the form postgres://HOST:PORT,HOST:PORT/DATABASE".to_owned(),
                ));
            }
            servers.push(Server(with_verification(options, &parameters)));
        }
        let place = place(&servers);
        Ok(Self { servers, place })
    }

    /// The `sslmode` if it permits an unencrypted connection to another machine.
    #[must_use]
    pub fn plaintext_mode(&self) -> Option<&'static str> {
        self.servers.iter().find_map(|Server(server)| {
            let mode = match server.get_ssl_mode() {
                PgSslMode::Disable => "disable",
                PgSslMode::Allow => "allow",
                PgSslMode::Prefer => "prefer",
                PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull => return None,
            };
            (!is_local(server)).then_some(mode)
        })
    }

    /// The servers, at least one.
    pub(crate) fn servers(&self) -> &[Server] {
        &self.servers
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Location").field(&self.place).finish()
    }
}

/// The scheme with `//`; empty if it is not one of PostgreSQL's.
fn scheme(url: &str) -> &'static str {
    ["postgres://", "postgresql://"].into_iter().find(|scheme| url.starts_with(scheme)).unwrap_or_default()
}

/// The names of the parameters.
fn parameters(url: &str) -> Vec<&str> {
    let parameters = url.split_once('?').map_or("", |(_, parameters)| parameters);
    let pairs = parameters.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name)).collect()
}

/// The URL of each server that the URL lists.
fn urls_of_servers(url: &str) -> Vec<String> {
    let (scheme, rest) = url.split_at(scheme(url).len());
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let hosts_at = authority.rfind('@').map_or(0, |at| at + 1);
    let (user, hosts) = authority.split_at(hosts_at);
    hosts.split(',').map(|host| format!("{scheme}{user}{host}{path}")).collect()
}

fn has_no_host(url: &str) -> bool {
    let rest = &url[scheme(url).len()..];
    let authority = &rest[..rest.find(['/', '?']).unwrap_or(rest.len())];
    authority.is_empty() || authority.ends_with('@')
}

/// Requires a verified certificate where the URL does not say otherwise.
fn with_verification(options: PgConnectOptions, parameters: &[&str]) -> PgConnectOptions {
    let is_verified = !is_local(&options) || (parameters.contains(&"sslrootcert") && !has_socket(&options));
    if is_verified && !parameters.contains(&"sslmode") {
        options.ssl_mode(PgSslMode::VerifyFull)
    } else {
        options
    }
}

/// Whether the connection does not leave this machine.
fn is_local(options: &PgConnectOptions) -> bool {
    let host = options.get_host();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    has_socket(options) || host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// Whether the connection uses a socket in a folder. PostgreSQL has no TLS there.
fn has_socket(options: &PgConnectOptions) -> bool {
    options.get_socket().is_some() || options.get_host().starts_with('/')
}

fn place(servers: &[Server]) -> String {
    let database = servers.first().and_then(|server| server.0.get_database()).unwrap_or_default();
    if let [Server(server)] = servers
        && let Some(socket) = server.get_socket()
    {
        return format!("postgres:///{database}?host={}", socket.display());
    }
    let names: Vec<_> = servers.iter().map(Server::to_string).collect();
    format!("postgres://{}/{database}", names.join(","))
}

/// What a URL may set. The adapter sets everything else.
const PARAMETERS: [&str; 8] =
    ["host", "port", "dbname", "user", "password", "sslmode", "sslrootcert", "application_name"];

const NOT_PARSED: &str = "it is not of the form postgres://USER:PASSWORD@HOST:PORT/DATABASE \
                          (percent-encode special characters of the password)";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_has_no_password() {
        for (url, place) in [
            ("postgres://jeton:hunter2@db.example.com/jeton", "postgres://db.example.com:5432/jeton"),
            ("postgresql://jeton:hunter2@10.0.0.1:6432/jeton", "postgres://10.0.0.1:6432/jeton"),
            ("postgres://db/jeton?user=jeton&password=hunter2", "postgres://db:5432/jeton"),
            ("postgres://jeton:hun,ter2@h1,[::1]:6432/jeton", "postgres://h1:5432,[::1]:6432/jeton"),
            ("postgres://jeton:hunter2@%2Frun%2Fpostgresql/jeton", "postgres:///jeton?host=/run/postgresql"),
            (
                "postgres:///jeton?host=/run/postgresql&password=hunter2",
                "postgres:///jeton?host=/run/postgresql",
            ),
        ] {
            let location = Location::from_url(url).unwrap();
            assert_eq!(location.to_string(), place);
            assert!(!format!("{location:?}").contains("hunter2"));
        }
    }

    #[test]
    fn a_url_that_is_not_understood_is_rejected_without_showing_it() {
        for url in [
            "sqlite:hunter2.db",
            "postgres:hunter2",
            "postgres://jeton:hunter2@db:port/jeton",
            "postgres://jeton:hun#ter2/hunter2@db/jeton",
            "postgres://jeton:hunter2@db/jeton?target_session_attrs=any",
            "postgres://jeton:hunter2@db/jeton?options=-csynchronous_commit%3Doff",
            "postgres://jeton:hunter2@db/jeton?options[synchronous_commit]=off",
            "postgres://jeton:hunter2@h1:5432,,h2:5432/jeton",
            "postgres://jeton:hunter2@h1,h2:port/jeton",
            "postgres://jeton:hunter2@h1,h2/jeton?host=h3",
            "postgres://jeton:hunter2@/jeton?host=h1,h2",
            "postgres://jeton:hunter2@db/",
            "postgres://jeton@db/jeton#?password=hunter2",
            "postgres://jeton:hunter2@db/jeton?application_name=a#&sslmode=verify-full",
        ] {
            let error = Location::from_url(url).unwrap_err();
            assert!(matches!(error, OpenError::BadUrl { .. }), "{url}");
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_network_needs_a_verified_certificate_unless_the_url_says_otherwise() {
        for (url, verified) in [
            ("postgres://db.example.com/jeton", true),
            ("postgres://192.0.2.1/jeton", true),
            ("postgres://localhost,db.example.com/jeton", true),
            ("postgres://db.example.com/jeton?sslmode=disable", false),
            ("postgres://localhost/jeton", false),
            ("postgres://127.0.0.2/jeton", false),
            ("postgres://[::1]/jeton", false),
            ("postgres://localhost/jeton?sslrootcert=ca.pem", true),
            ("postgres:///jeton?host=/run/postgresql", false),
            ("postgres:///jeton?host=/run/postgresql&sslrootcert=ca.pem", false),
        ] {
            let location = Location::from_url(url).unwrap();
            let mode = location.servers().last().unwrap().expose().get_ssl_mode();
            assert_eq!(matches!(mode, PgSslMode::VerifyFull), verified, "{url}");
        }
    }

    #[test]
    fn a_mode_that_permits_plaintext_to_another_machine_is_named() {
        for mode in ["disable", "allow", "prefer"] {
            let of = |host: &str, separator: &str| {
                let url = format!("postgres://{host}/jeton{separator}sslmode={mode}");
                Location::from_url(&url).unwrap().plaintext_mode()
            };
            for host in ["db.example.com", "192.0.2.1", "[2001:db8::1]", "localhost.example.com"] {
                assert_eq!(of(host, "?"), Some(mode), "{host}");
            }
            let second = format!("postgres://localhost,db/jeton?sslmode={mode}");
            assert_eq!(Location::from_url(&second).unwrap().plaintext_mode(), Some(mode));
            // The last of several values applies.
            assert_eq!(of("db", "?sslmode=verify-full&"), Some(mode));
            assert_eq!(of("localhost", "?host=db&"), Some(mode));
            for local in ["localhost", "127.0.0.2", "[::1]", "%2Frun%2Fpostgresql"] {
                assert_eq!(of(local, "?"), None, "{local}");
            }
        }
        for encrypted in
            ["", "?sslmode=require", "?sslmode=verify-ca", "?sslmode=disable&sslmode=verify-full"]
        {
            let location = Location::from_url(&format!("postgres://db/jeton{encrypted}")).unwrap();
            assert_eq!(location.plaintext_mode(), None, "{encrypted}");
        }
    }
}
