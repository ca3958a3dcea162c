//! The URLs of a resource's metadata (RFC 9728 §3.1).

use reqwest::Url;

/// The two locations of a resource's metadata document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WellKnown {
    origin: String,
    /// The resource's path and query, without the slash of an origin.
    rest: String,
    path: String,
}

impl WellKnown {
    /// `None` if the resource is not an http URL: then its metadata has no location.
    pub(crate) fn of(resource: &str) -> Option<Self> {
        let url = Url::parse(resource).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let path = if url.path() == "/" { "" } else { url.path() };
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let origin = url.origin().ascii_serialization();
        Some(Self { origin, rest: format!("{path}{query}"), path: path.to_owned() })
    }

    /// The URL with the resource's path after the well-known part, as used in challenges.
    pub(crate) fn url(&self) -> String {
        format!("{}{PREFIX}{}", self.origin, self.rest)
    }

    /// The paths at which the document is served; only one for a resource without a path.
    pub(crate) fn paths(&self) -> Vec<String> {
        let mut paths = vec![format!("{PREFIX}{}", self.path), PREFIX.to_owned()];
        paths.dedup();
        paths
    }
}

const PREFIX: &str = "/.well-known/oauth-protected-resource";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_well_known_part_is_between_host_and_path() {
        let found = WellKnown::of("https://mcp.example.com/mcp/visitor/shttp").unwrap();
        assert_eq!(
            found.url(),
            "https://mcp.example.com/.well-known/oauth-protected-resource/mcp/visitor/shttp"
        );
        assert_eq!(
            found.paths(),
            [
                "/.well-known/oauth-protected-resource/mcp/visitor/shttp",
                "/.well-known/oauth-protected-resource"
            ]
        );
    }

    #[test]
    fn an_origin_has_one_location() {
        for resource in ["https://api.example.com", "https://api.example.com/"] {
            let found = WellKnown::of(resource).unwrap();
            assert_eq!(found.url(), "https://api.example.com/.well-known/oauth-protected-resource");
            assert_eq!(found.paths(), ["/.well-known/oauth-protected-resource"]);
        }
    }

    #[test]
    fn a_query_is_part_of_the_url_and_a_urn_has_none() {
        let found = WellKnown::of("https://api.example.com:8443/a?b=c").unwrap();
        assert_eq!(found.url(), "https://api.example.com:8443/.well-known/oauth-protected-resource/a?b=c");
        assert_eq!(WellKnown::of("urn:example:api"), None);
    }
}
