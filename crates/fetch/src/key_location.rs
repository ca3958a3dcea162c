//! Where a key set is published.

use std::sync::Arc;

use crate::{HttpClient, Issuer, Outage, ServerUrl};

/// The place of a key set.
#[derive(Debug)]
pub(crate) enum KeyLocation {
    /// Named by the metadata of an issuer.
    Metadata(Arc<Issuer>),
    /// A known URL.
    Url(ServerUrl, HttpClient),
}

impl KeyLocation {
    /// The URL of the key set, and the client to request it with.
    pub(crate) async fn find(&self) -> Result<(ServerUrl, &HttpClient), Outage> {
        match self {
            Self::Metadata(issuer) => Ok((issuer.jwks_uri().await?, issuer.http_client())),
            Self::Url(url, client) => Ok((url.clone(), client)),
        }
    }

    /// Who publishes the keys, for logs.
    pub(crate) fn publisher(&self) -> &str {
        match self {
            Self::Metadata(issuer) => issuer.name(),
            Self::Url(url, _) => url.as_str(),
        }
    }
}
