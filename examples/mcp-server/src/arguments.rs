//! The command line, and the values built from it: the validator, the resource URI, the allowed hosts and origins.

use std::net::SocketAddr;
use std::path::PathBuf;

use axum::http::Uri;
use clap::Parser;
use jeton_resource::{BuildError, Validator};

use crate::transport::Allowed;
use crate::{CredentialsError, OpenError, PATH, credentials};

/// Serve visitor activity over MCP to callers with a service account's token
#[derive(Debug, Clone, Parser)]
#[command(
    name = "mcp-server",
    version,
    after_help = "The credentials for --introspect come from the environment (OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET) \
    or from a file with these lines, which `jeton account create NAME --introspect URI --for env` prints. They \
    cannot be arguments, because every user of the machine can read those.\n\n\
    Example:\n  mcp-server --issuer https://auth.example.com --resource https://mcp.example.com/mcp/visitor/shttp"
)]
pub struct Arguments {
    /// Listen on this address
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8090")]
    pub listen: SocketAddr,
    /// Accept tokens of this authorization server
    #[arg(long, value_name = "URL")]
    pub issuer: String,
    /// Require this audience in tokens: the URL that clients call [default: the address with /mcp/visitor/shttp]
    #[arg(long, value_name = "URI", value_parser = resource)]
    pub resource: Option<Uri>,
    /// Store visitor activity in this folder
    #[arg(long, value_name = "DIR", default_value = "mcp-data")]
    pub data_dir: PathBuf,
    /// Introspect tokens at the issuer instead of checking their signatures; results are cached for ten seconds
    #[arg(long)]
    pub introspect: bool,
    /// Read the credentials for introspection from this file [default: the environment]
    #[arg(long, value_name = "FILE", requires = "introspect")]
    pub credentials_file: Option<PathBuf>,
    /// Accept this host name too, for example the name of a proxy
    #[arg(long = "allow-host", value_name = "HOST")]
    pub hosts: Vec<String>,
    /// Accept browser requests from this origin too
    #[arg(long = "allow-origin", value_name = "ORIGIN")]
    pub origins: Vec<String>,
}

impl Arguments {
    /// Arguments for a server that checks signatures, on a free loopback port.
    #[must_use]
    pub fn on_loopback(issuer: &str, data_dir: PathBuf) -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            issuer: issuer.to_owned(),
            resource: None,
            data_dir,
            introspect: false,
            credentials_file: None,
            hosts: Vec::new(),
            origins: Vec::new(),
        }
    }

    /// The resource URI as it is registered at the issuer. `bound` is the address that the server listens on.
    #[must_use]
    pub fn resource(&self, bound: SocketAddr) -> String {
        self.resource.as_ref().map_or_else(|| format!("http://{bound}{PATH}"), Uri::to_string)
    }

    /// Builds the validator for this resource. It fetches nothing yet, so the server can start without the issuer.
    pub(crate) fn validator(&self, resource: &str) -> Result<Validator, StartError> {
        let mut builder = Validator::builder(&self.issuer, resource);
        if self.introspect {
            builder = builder.introspection(credentials::read(self.credentials_file.as_deref())?);
        }
        Ok(builder.build()?)
    }

    /// The host and origin of the resource, and those that were added.
    pub(crate) fn allowed(&self, resource: &str) -> Allowed {
        let mut allowed = resource.parse().map(|uri| Allowed::of(&uri)).unwrap_or_default();
        allowed.hosts.extend(self.hosts.iter().cloned());
        allowed.origins.extend(self.origins.iter().cloned());
        allowed
    }
}

/// Why the server cannot start with these arguments.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The issuer or the resource is not a valid URL for tokens.
    #[error(transparent)]
    Validator(#[from] BuildError),
    /// `--introspect` was set without credentials.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The store could not be opened.
    #[error(transparent)]
    Store(#[from] OpenError),
}

fn resource(text: &str) -> Result<Uri, String> {
    let invalid = || format!("expected the URL that clients call, for example https://mcp.example.com{PATH}");
    let uri: Uri = text.parse().map_err(|_| invalid())?;
    let known_scheme = matches!(uri.scheme_str(), Some("http" | "https"));
    if known_scheme && uri.path() == PATH && uri.query().is_none() { Ok(uri) } else { Err(invalid()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(
            ["mcp-server", "--issuer", "https://auth.example.com"].iter().chain(arguments),
        )
    }

    #[test]
    fn the_default_resource_is_the_address_of_the_server() {
        let bound = "127.0.0.1:41234".parse().unwrap();
        assert_eq!(parse(&[]).unwrap().resource(bound), "http://127.0.0.1:41234/mcp/visitor/shttp");
        let public = "https://mcp.example.com/mcp/visitor/shttp";
        assert_eq!(parse(&["--resource", public]).unwrap().resource(bound), public);
        assert!(parse(&["--resource", "https://mcp.example.com/elsewhere"]).is_err());
    }

    #[test]
    fn hosts_and_origins_are_added_to_those_of_the_resource() {
        let arguments =
            parse(&["--allow-host", "proxy.internal", "--allow-origin", "https://app.example.com:443"]);
        let allowed = arguments.unwrap().allowed("https://mcp.example.com/mcp/visitor/shttp");
        assert_eq!(allowed.hosts, ["mcp.example.com", "proxy.internal"]);
        assert_eq!(allowed.origins, ["https://mcp.example.com:443", "https://app.example.com:443"]);
    }

    #[test]
    fn no_argument_takes_a_secret() {
        assert!(parse(&["--introspect", "--client-secret", "jtnsk_x"]).is_err());
        assert!(
            parse(&["--credentials-file", "asker.env"]).is_err(),
            "it would be ignored without --introspect"
        );
    }
}
