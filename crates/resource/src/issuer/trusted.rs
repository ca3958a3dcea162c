//! The trusted issuer and its metadata, cached for an hour and during outages.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;

use crate::clock::Clock;
use crate::issuer::discovery::{Metadata, discover};
use crate::issuer::outbound::HttpClient;
use crate::issuer::refreshing_cache::{Freshness, RefreshingCache};
use crate::issuer::server_url;
use crate::validate::rejection::Outage;

#[derive(Debug)]
pub(crate) struct Issuer {
    name: String,
    url: Url,
    outbound: HttpClient,
    metadata: RefreshingCache<Metadata>,
}

impl Issuer {
    pub(crate) fn new(name: &str, url: Url, clock: Arc<dyn Clock>) -> Result<Self, reqwest::Error> {
        let outbound = HttpClient::to(&url)?;
        Ok(Self { name: name.to_owned(), url, outbound, metadata: RefreshingCache::new(clock) })
    }

    /// The issuer as configured. `iss` must have exactly this spelling.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn outbound(&self) -> &HttpClient {
        &self.outbound
    }

    pub(crate) async fn jwks_uri(&self) -> Result<String, Outage> {
        self.endpoint("jwks_uri", |metadata| metadata.jwks_uri.as_deref()).await
    }

    pub(crate) async fn introspection_endpoint(&self) -> Result<String, Outage> {
        self.endpoint("introspection_endpoint", |metadata| metadata.introspection_endpoint.as_deref()).await
    }

    pub(crate) async fn token_endpoint(&self) -> Result<String, Outage> {
        self.endpoint("token_endpoint", |metadata| metadata.token_endpoint.as_deref()).await
    }

    pub(crate) async fn revocation_feed_endpoint(&self) -> Result<String, Outage> {
        self.endpoint("revocation_feed_endpoint", |metadata| metadata.revocation_feed_endpoint.as_deref())
            .await
    }

    async fn endpoint(
        &self,
        member: &'static str,
        find: impl Fn(&Metadata) -> Option<&str>,
    ) -> Result<String, Outage> {
        let metadata = self.metadata().await?;
        let url = find(&metadata).ok_or_else(|| Outage::NoEndpoint { issuer: self.name.clone(), member })?;
        if server_url::parse_from_metadata(&self.url, url).is_none() {
            return Err(Outage::Insecure { url: url.to_owned() });
        }
        Ok(url.to_owned())
    }

    async fn metadata(&self) -> Result<Metadata, Outage> {
        let known = self.metadata.load();
        if let Some(known) = &known
            && self.metadata.freshness(known) == Freshness::Fresh
        {
            return Ok(known.value.clone());
        }
        let fetch = || async {
            let metadata = discover(&self.outbound, &self.name, &self.url).await?;
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
