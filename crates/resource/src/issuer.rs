//! The issuer that is trusted, and its metadata, kept for an hour and through outages.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;

use crate::clock::Clock;
use crate::discovery::{Metadata, discover};
use crate::kept::{Age, Kept};
use crate::outbound::Outbound;
use crate::rejection::Outage;
use crate::server_url;

#[derive(Debug)]
pub(crate) struct Issuer {
    name: String,
    url: Url,
    outbound: Outbound,
    metadata: Kept<Metadata>,
}

impl Issuer {
    pub(crate) fn new(name: &str, url: Url, clock: Arc<dyn Clock>) -> Result<Self, reqwest::Error> {
        let outbound = Outbound::to(&url)?;
        Ok(Self { name: name.to_owned(), url, outbound, metadata: Kept::new(clock) })
    }

    /// As it was configured, which is how `iss` must be spelled.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn outbound(&self) -> &Outbound {
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
        if server_url::parse_named_by(&self.url, url).is_none() {
            return Err(Outage::Insecure { url: url.to_owned() });
        }
        Ok(url.to_owned())
    }

    async fn metadata(&self) -> Result<Metadata, Outage> {
        let known = self.metadata.load();
        if let Some(known) = &known
            && self.metadata.age(known) == Age::Fresh
        {
            return Ok(known.value.clone());
        }
        let fetch = || async {
            let metadata = discover(&self.outbound, &self.name, &self.url).await?;
            Ok((metadata, METADATA_LIFETIME))
        };
        match (self.metadata.renew(known.as_ref(), fetch).await, known) {
            (Ok(renewed), _) => Ok(renewed.value.clone()),
            (Err(_), Some(known)) => Ok(known.value.clone()),
            (Err(outage), None) => Err(outage),
        }
    }
}

const METADATA_LIFETIME: Duration = Duration::from_hours(1);
