//! The trusted issuer and its metadata, cached for an hour and during outages.

use std::sync::Arc;
use std::time::Duration;

use crate::discovery::{Metadata, discover};
use crate::{Clock, Freshness, HttpClient, HttpClientError, Outage, RefreshingCache, ServerUrl};

/// An issuer and its endpoints.
#[derive(Debug)]
pub struct Issuer {
    url: ServerUrl,
    client: HttpClient,
    metadata: RefreshingCache<Metadata>,
}

impl Issuer {
    /// The issuer at `url`. Sends no request.
    ///
    /// # Errors
    /// [`HttpClientError`], if TLS cannot be set up.
    pub fn new(url: ServerUrl, clock: Arc<dyn Clock>) -> Result<Self, HttpClientError> {
        let client = HttpClient::to(&url)?;
        Ok(Self { url, client, metadata: RefreshingCache::new(clock) })
    }

    /// The issuer as configured. `iss` must have exactly this spelling.
    #[must_use]
    pub fn name(&self) -> &str {
        self.url.as_str()
    }

    /// The client for requests to the issuer.
    #[must_use]
    pub fn http_client(&self) -> &HttpClient {
        &self.client
    }

    /// Where the issuer publishes its keys.
    ///
    /// # Errors
    /// [`Outage`], if the metadata cannot be fetched or does not name a safe URL.
    pub async fn jwks_uri(&self) -> Result<ServerUrl, Outage> {
        self.endpoint("jwks_uri", |metadata| metadata.jwks_uri.as_deref()).await
    }

    /// The introspection endpoint (RFC 7662).
    ///
    /// # Errors
    /// [`Outage`], if the metadata cannot be fetched or does not name a safe URL.
    pub async fn introspection_endpoint(&self) -> Result<ServerUrl, Outage> {
        self.endpoint("introspection_endpoint", |metadata| metadata.introspection_endpoint.as_deref()).await
    }

    /// The token endpoint (RFC 6749 §3.2).
    ///
    /// # Errors
    /// [`Outage`], if the metadata cannot be fetched or does not name a safe URL.
    pub async fn token_endpoint(&self) -> Result<ServerUrl, Outage> {
        self.endpoint("token_endpoint", |metadata| metadata.token_endpoint.as_deref()).await
    }

    /// The revocation feed. Only Jeton has one.
    ///
    /// # Errors
    /// [`Outage`], if the metadata cannot be fetched or does not name a safe URL.
    pub async fn revocation_feed_endpoint(&self) -> Result<ServerUrl, Outage> {
        self.endpoint("revocation_feed_endpoint", |metadata| metadata.revocation_feed_endpoint.as_deref())
            .await
    }

    async fn endpoint(
        &self,
        member: &'static str,
        find: impl Fn(&Metadata) -> Option<&str>,
    ) -> Result<ServerUrl, Outage> {
        let metadata = self.metadata().await?;
        let url =
            find(&metadata).ok_or_else(|| Outage::NoEndpoint { issuer: self.name().to_owned(), member })?;
        self.url.parse_from_metadata(url).ok_or_else(|| Outage::Insecure { url: url.to_owned() })
    }

    async fn metadata(&self) -> Result<Metadata, Outage> {
        let known = self.metadata.load();
        if let Some(known) = &known
            && self.metadata.freshness(known) == Freshness::Fresh
        {
            return Ok(known.value.clone());
        }
        let fetch = || async {
            let metadata = discover(&self.client, &self.url).await?;
            Ok((metadata, METADATA_LIFETIME))
        };
        match (self.metadata.refresh(known.as_ref(), fetch).await, known) {
            (Ok(refreshed), _) => Ok(refreshed.value.clone()),
            (Err(_), Some(known)) => Ok(known.value.clone()),
            (Err(outage), None) => Err(outage),
        }
    }
}

const METADATA_LIFETIME: Duration = Duration::from_hours(1);
