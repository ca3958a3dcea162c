//! Finds and parses an issuer's metadata (RFC 8414 §3).

use serde::Deserialize;

use crate::{HttpClient, Outage, ServerUrl};

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
pub(crate) async fn discover(client: &HttpClient, issuer: &ServerUrl) -> Result<Metadata, Outage> {
    let mut first_outage = None;
    for location in locations(issuer) {
        match find_at(client, issuer, &location).await {
            // A document of another issuer is a configuration error, so the other URLs are not tried.
            Err(outage) if !matches!(outage, Outage::OtherIssuer { .. } | Outage::NoAnswer { .. }) => {
                first_outage.get_or_insert(outage);
            }
            found => return found,
        }
    }
    Err(first_outage.unwrap_or(Outage::NoEndpoint { issuer: issuer.as_str().to_owned(), member: "document" }))
}

async fn find_at(client: &HttpClient, issuer: &ServerUrl, location: &ServerUrl) -> Result<Metadata, Outage> {
    let metadata: Metadata = client.fetch(location).await?.json("a metadata document")?;
    if metadata.issuer == issuer.as_str() {
        return Ok(metadata);
    }
    Err(Outage::OtherIssuer { url: location.as_str().to_owned() })
}

/// The locations of RFC 8414 §3.1, then those of §5 for issuers that support only OpenID Connect discovery.
fn locations(url: &ServerUrl) -> Vec<ServerUrl> {
    let url = url.url();
    let origin = url.origin().ascii_serialization();
    let path = url.path().trim_end_matches('/');
    let mut locations = vec![
        format!("{origin}/.well-known/oauth-authorization-server{path}"),
        format!("{origin}/.well-known/openid-configuration{path}"),
        format!("{origin}{path}/.well-known/openid-configuration"),
    ];
    locations.dedup();
    locations.iter().filter_map(|location| ServerUrl::parse(location)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(url: &str) -> Vec<String> {
        let locations = locations(&ServerUrl::parse(url).unwrap());
        locations.iter().map(|location| location.as_str().to_owned()).collect()
    }

    #[test]
    fn the_well_known_part_is_between_host_and_path() {
        assert_eq!(
            texts("https://app.example.com/tenant"),
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
            assert_eq!(texts(url), places);
        }
    }
}
