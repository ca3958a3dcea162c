//! Connection details: everything that a client needs to get tokens, in the format of its program.
//!
//! The one place of this crate that shows a client secret. Decides the formats; must not know where they are printed.

mod curl;
mod env;
mod intercom;
mod mcp;

use std::path::PathBuf;

use clap::ValueEnum;
use jeton_admin::value::{CredentialId, TenantName, Timestamp};
use jeton_admin::view::IssuedSecret;
use jeton_protocol::{ClientId, ClientSecret, RegionName, ResourceUri, ScopeName};
use jeton_server::Endpoints;
use jeton_server::config::Config;
use serde::Serialize;

/// A program with its own format of connection details.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Program {
    /// The fields of Intercom's token form, in its order
    Intercom,
    /// A command that gets a token, to paste into a shell
    Curl,
    /// Environment variables for a shell or a .env file
    Env,
    /// JSON for the configuration of an MCP client
    Mcp,
}

impl Program {
    /// Whether the format is useless for an account that may only introspect.
    pub(crate) fn needs_scope(self) -> bool {
        match self {
            Self::Intercom | Self::Mcp => true,
            Self::Curl | Self::Env => false,
        }
    }
}

/// Everything that a client needs. Its JSON is the output of each command that creates a secret.
#[derive(Serialize)]
pub(crate) struct ConnectionDetails<'a> {
    pub(crate) client_id: &'a ClientId,
    /// `None` if it was written to a file, or if the secret was imported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_secret: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) secret_file: Option<PathBuf>,
    pub(crate) secret_id: &'a CredentialId,
    pub(crate) name: &'a str,
    pub(crate) tenant: &'a TenantName,
    pub(crate) region: &'a RegionName,
    /// The default resource, or the first resource for which the secret can get a token.
    pub(crate) resource: Option<&'a ResourceUri>,
    /// The scopes that may be requested for that resource.
    pub(crate) scopes: Vec<&'a ScopeName>,
    pub(crate) introspects: Vec<&'a ResourceUri>,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) secret_expires_at: Option<Timestamp>,
    pub(crate) issuer: &'a str,
    pub(crate) token_endpoint: String,
    pub(crate) introspection_endpoint: String,
    pub(crate) jwks_uri: String,
}

impl<'a> ConnectionDetails<'a> {
    /// The details for a secret that was just created.
    pub(crate) fn new(new: &'a IssuedSecret, config: &'a Config) -> Self {
        let (account, region) = (&new.account, config.this_region());
        let default = account.default_resource.as_ref().and_then(|uri| new.grants.get_key_value(uri));
        let grant = default.or_else(|| new.grants.first_key_value());
        let endpoints = Endpoints::new(&region.issuer, &config.server.prefix);
        Self {
            client_id: &account.client_id,
            client_secret: new.value.as_ref().map(ClientSecret::expose),
            secret_file: None,
            secret_id: &new.secret.secret_id,
            name: &account.name,
            tenant: &account.tenant,
            region: &region.name,
            resource: grant.map(|(uri, _)| uri),
            scopes: grant.map(|(_, scope)| scope.iter().collect()).unwrap_or_default(),
            introspects: account.introspects.iter().collect(),
            expires_at: account.expires_at,
            secret_expires_at: new.secret.expires_at,
            issuer: region.issuer.as_str(),
            token_endpoint: endpoints.token(),
            introspection_endpoint: endpoints.introspection(),
            jwks_uri: endpoints.jwks(),
        }
    }

    /// The details in the format of `program`.
    pub(crate) fn for_program(&self, program: Program) -> String {
        match program {
            Program::Intercom => intercom::fields(self),
            Program::Curl => curl::command(self),
            Program::Env => env::lines(self),
            Program::Mcp => mcp::configuration(self),
        }
    }

    /// A note for the administrator about what `program` will not accept.
    pub(crate) fn caution(&self, program: Program) -> Option<String> {
        match program {
            Program::Intercom => intercom::caution(&self.token_endpoint),
            Program::Curl | Program::Env | Program::Mcp => None,
        }
    }

    /// The details as fields of a table.
    pub(crate) fn fields(&self) -> Vec<(&'static str, String)> {
        let moment =
            |moment: Option<Timestamp>| moment.map_or("never".to_owned(), |moment| moment.to_string());
        let mut fields = vec![("Client ID", self.client_id.to_string())];
        if let Some(secret) = self.client_secret {
            fields.push(("Client secret", secret.to_owned()));
        }
        if let Some(file) = &self.secret_file {
            fields.push(("Secret file", file.display().to_string()));
        }
        fields.push(("Secret ID", self.secret_id.to_string()));
        fields.push(("Name", self.name.to_owned()));
        fields.push(("Tenant", self.tenant.to_string()));
        fields.push(("Region", self.region.to_string()));
        if let Some(resource) = self.resource {
            fields.push(("Resource", resource.to_string()));
            fields.push(("Scopes", self.scope()));
        }
        if !self.introspects.is_empty() {
            let uris: Vec<&str> = self.introspects.iter().map(|uri| uri.as_str()).collect();
            fields.push(("Introspects", uris.join(" ")));
            fields.push(("Introspection endpoint", self.introspection_endpoint.clone()));
        }
        fields.push(("Token endpoint", self.token_endpoint.clone()));
        fields.push(("Account expires", moment(self.expires_at)));
        fields.push(("Secret expires", moment(self.secret_expires_at)));
        fields
    }

    /// The scopes as the `scope` parameter of a request.
    fn scope(&self) -> String {
        self.scopes.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(" ")
    }

    fn secret(&self) -> &str {
        self.client_secret.unwrap_or_default()
    }

    fn resource_text(&self) -> &str {
        self.resource.map_or("", |uri| uri.as_str())
    }
}

/// Quotes any text as one word of a POSIX shell.
pub(crate) fn shell_word(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
