//! Finds and parses an issuer's metadata (RFC 8414 §3).

use reqwest::Url;
use serde::Deserialize;

use crate::issuer::outbound::HttpClient;
use crate::validate::rejection::Outage;

/// The used members. Other issuers may omit all others.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Metadata {
    issuer: String,
    pub(crate) jwks_uri: Option<String>,
    pub(crate) token_endpoint: Option<String>,
    pub(crate) introspection_endpoint: Option<String>,
    pub(crate) revocation_feed_endpoint: Option<String>,
}

/// Fetches the document from the first of the well-known URLs that has one.
pub(crate) async fn discover(outbound: &HttpClient, issuer: &str, url: &Url) -> Result<Metadata, Outage> {
    let mut first_outage = None;
    for location in locations(url) {
        match find_at(outbound, issuer, &location).await {
            // A document of another issuer is a configuration error, so the other URLs are not tried.
            Err(outage) if !matches!(outage, Outage::OtherIssuer { .. } | Outage::NoAnswer { .. }) => {
                first_outage.get_or_insert(outage);
            }
            found => return found,
        }
    }
    Err(first_outage.unwrap_or(Outage::NoEndpoint { issuer: issuer.to_owned(), member: "document" }))
}

async fn find_at(outbound: &HttpClient, issuer: &str, location: &str) -> Result<Metadata, Outage> {
    let metadata: Metadata = outbound.fetch(location).await?.json("a metadata document")?;
    if metadata.issuer == issuer {
        return Ok(metadata);
    }
    Err(Outage::OtherIssuer { url: location.to_owned() })
}

/// The locations of RFC 8414 §3.1, then those of §5 for issuers that support only OpenID Connect discovery.
fn locations(url: &Url) -> Vec<String> {
    let origin = url.origin().ascii_serialization();
    let path = url.path().trim_end_matches('/');
    let mut locations = vec![
        format!("{origin}/.well-known/oauth-authorization-server{path}"),
        format!("{origin}/.well-known/openid-configuration{path}"),
        format!("{origin}{path}/.well-known/openid-configuration"),
    ];
    locations.dedup();
    locations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_well_known_part_is_between_host_and_path() {
        let url = Url::parse("https://app.example.com/tenant").unwrap();
        assert_eq!(
            locations(&url),
            [
                "https://app.example.com/.well-known/oauth-authorization-server/tenant",
                "https://app.example.com/.well-known/openid-configuration/tenant",
                "https://app.example.com/tenant/.well-known/openid-configuration",
            ]
        );
    }

    #[test]
    fn an_issuer_without_a_path_has_two_locations() {
        let places = [
            "http://127.0.0.1:8080/.well-known/oauth-authorization-server",
            "http://127.0.0.1:8080/.well-known/openid-configuration",
        ];
        for url in ["http://127.0.0.1:8080", "http://127.0.0.1:8080/"] {
            assert_eq!(locations(&Url::parse(url).unwrap()), places);
        }
    }
}
