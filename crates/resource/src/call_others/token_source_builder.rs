//! The configuration of a token source.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use jeton_fetch::{Clock, HttpClient, Issuer, ServerUrl, SystemClock};

use crate::call_others::client_credentials::ClientCredentials;
use crate::call_others::token_source::{Inner, TokenEndpoint, TokenSource};
use crate::validate::validator_builder::BuildError;

/// Configures a [`TokenSource`]; created by [`TokenSource::builder`] and [`TokenSource::at`].
#[derive(Debug)]
#[must_use]
pub struct TokenSourceBuilder {
    url: String,
    is_endpoint: bool,
    credentials: ClientCredentials,
    scopes: Vec<String>,
    resource: Option<String>,
    clock: Arc<dyn Clock>,
}

impl TokenSourceBuilder {
    pub(crate) fn new(url: &str, credentials: ClientCredentials) -> Self {
        Self {
            url: url.to_owned(),
            is_endpoint: false,
            credentials,
            scopes: Vec::new(),
            resource: None,
            clock: Arc::new(SystemClock),
        }
    }

    pub(crate) fn without_metadata(mut self) -> Self {
        self.is_endpoint = true;
        self
    }

    /// Adds a scope to request. Without any, the issuer decides.
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scopes.push(scope.into());
        self
    }

    /// Sets the resource that the token is for (RFC 8707).
    pub fn resource(mut self, uri: impl Into<String>) -> Self {
        self.resource = Some(uri.into());
        self
    }

    /// Uses this clock instead of the system clock.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// # Errors
    /// [`BuildError`], if the URL is not `https`, so that others could read the secret, or if TLS cannot be set up.
    pub fn build(self) -> Result<TokenSource, BuildError> {
        let url = ServerUrl::parse(&self.url).ok_or(BuildError::Issuer(self.url))?;
        let endpoint = if self.is_endpoint {
            let client = HttpClient::to(&url)?;
            TokenEndpoint::Fixed(url, client)
        } else {
            TokenEndpoint::Discovered(Box::new(Issuer::new(url, Arc::clone(&self.clock))?))
        };
        let scope = (!self.scopes.is_empty()).then(|| ("scope", self.scopes.join(" ")));
        let resource = self.resource.map(|uri| ("resource", uri));
        Ok(TokenSource(Arc::new(Inner {
            endpoint,
            credentials: self.credentials,
            parameters: scope.into_iter().chain(resource).collect(),
            clock: self.clock,
            cached: ArcSwapOption::empty(),
            fetch_state: Arc::default(),
        })))
    }
}
