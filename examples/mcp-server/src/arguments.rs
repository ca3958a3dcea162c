//! The command line, and what it makes of itself: the validator, the names, the addresses.

use std::net::SocketAddr;
use std::path::PathBuf;

use axum::http::Uri;
use clap::Parser;
use jeton_resource::{BuildError, Validator};

use crate::transport::Allowed;
use crate::{CredentialsError, OpenError, PATH, credentials};

/// An MCP server that tells what a visitor did, for callers with a service account's token
#[derive(Debug, Clone, Parser)]
#[command(
    name = "mcp-server",
    version,
    after_help = "The credentials of --introspect come from the environment (OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET) or from \
    a file with such lines, as `jeton account create NAME --introspect URI --for env` prints them; never from an \
    argument, which every user of the machine can read.\n\n\
    Example:\n  mcp-server --issuer https://auth.example.com --resource https://mcp.example.com/mcp/visitor/shttp"
)]
pub struct Arguments {
    /// The address to serve on
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8090")]
    pub listen: SocketAddr,
    /// The authorization server whose tokens are accepted
    #[arg(long, value_name = "URL")]
    pub issuer: String,
    /// The URL that clients call, which is their tokens' audience [default: the address with /mcp/visitor/shttp]
    #[arg(long, value_name = "URI", value_parser = resource)]
    pub resource: Option<Uri>,
    /// Where the visitors' activity is kept
    #[arg(long, value_name = "DIR", default_value = "mcp-data")]
    pub data_dir: PathBuf,
    /// Ask the issuer about tokens, instead of checking their signatures here; an answer is kept for ten seconds
    #[arg(long)]
    pub introspect: bool,
    /// The file with the credentials to ask with [default: the environment]
    #[arg(long, value_name = "FILE", requires = "introspect")]
    pub credentials_file: Option<PathBuf>,
    /// Another name that requests may call this server by, such as a proxy's
    #[arg(long = "allow-host", value_name = "HOST")]
    pub hosts: Vec<String>,
    /// Another origin whose pages may call this server from a browser
    #[arg(long = "allow-origin", value_name = "ORIGIN")]
    pub origins: Vec<String>,
}

impl Arguments {
    /// Those of a server that checks signatures, on any free port of this machine.
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

    /// The resource's URI as the issuer knows it; `bound` is where the server really listens.
    #[must_use]
    pub fn resource(&self, bound: SocketAddr) -> String {
        self.resource.as_ref().map_or_else(|| format!("http://{bound}{PATH}"), Uri::to_string)
    }

    /// What checks tokens for this resource. Nothing is fetched yet: the server starts also while the issuer is away.
    pub(crate) fn validator(&self, resource: &str) -> Result<Validator, StartError> {
        let mut builder = Validator::builder(&self.issuer, resource);
        if self.introspect {
            builder = builder.introspection(credentials::read(self.credentials_file.as_deref())?);
        }
        Ok(builder.build()?)
    }

    /// The names of the resource and those that were added.
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
    /// The issuer or the resource is no URL that tokens can come from or be for.
    #[error(transparent)]
    Validator(#[from] BuildError),
    /// `--introspect` without credentials.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The folder or the database in it.
    #[error(transparent)]
    Store(#[from] OpenError),
}

fn resource(text: &str) -> Result<Uri, String> {
    let wrong = || format!("write the URL that clients call, such as https://mcp.example.com{PATH}");
    let uri: Uri = text.parse().map_err(|_| wrong())?;
    let known_scheme = matches!(uri.scheme_str(), Some("http" | "https"));
    if known_scheme && uri.path() == PATH && uri.query().is_none() { Ok(uri) } else { Err(wrong()) }
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
    fn the_resource_is_by_default_where_the_server_listens() {
        let bound = "127.0.0.1:41234".parse().unwrap();
        assert_eq!(parse(&[]).unwrap().resource(bound), "http://127.0.0.1:41234/mcp/visitor/shttp");
        let public = "https://mcp.example.com/mcp/visitor/shttp";
        assert_eq!(parse(&["--resource", public]).unwrap().resource(bound), public);
        assert!(parse(&["--resource", "https://mcp.example.com/elsewhere"]).is_err());
    }

    #[test]
    fn added_names_stand_beside_the_resource_s_own() {
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
            "without --introspect it would be ignored"
        );
    }
}
