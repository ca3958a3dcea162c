//! The URLs that requests may be sent to: `https`, or `http` on loopback. With any other URL, others could read the
//! request or forge the response.

use std::fmt;

use reqwest::Url;

/// A URL that requests may be sent to, with the spelling it was given in.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerUrl {
    text: String,
    url: Url,
}

impl ServerUrl {
    /// The URL, if requests may be sent to it. It has no user, password or fragment.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let has_host = url.host_str().is_some_and(|host| !host.is_empty());
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        (has_host && plain && Self::is_safe(&url)).then(|| Self { text: text.to_owned(), url })
    }

    /// A URL from the metadata of the issuer at this URL. The metadata of a remote issuer must not name a loopback URL.
    #[must_use]
    pub fn parse_from_metadata(&self, text: &str) -> Option<Self> {
        Self::parse(text).filter(|named| self.is_loopback() || named.url.scheme() == "https")
    }

    /// Whether secrets and tokens may be sent to this URL.
    #[must_use]
    pub fn is_safe(url: &Url) -> bool {
        url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
    }

    /// Whether the host is this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.url)
    }

    /// The URL with one more query parameter.
    #[must_use]
    pub fn with_parameter(&self, name: &str, value: &str) -> Self {
        let mut url = self.url.clone();
        url.query_pairs_mut().append_pair(name, value);
        Self { text: url.to_string(), url }
    }

    /// The URL as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }
}

impl fmt::Debug for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text)
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_and_loopback_are_accepted() {
        for url in
            ["https://app.example.com/a", "http://127.0.0.1:8080", "http://[::1]:80/", "http://localhost"]
        {
            assert_eq!(ServerUrl::parse(url).unwrap().as_str(), url);
        }
    }

    #[test]
    fn every_other_url_is_rejected() {
        for url in [
            "http://app.example.com",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "http://10.0.0.1",
            "ftp://127.0.0.1",
            "https://user:secret@app.example.com",
            "https://app.example.com/#part",
            "app.example.com",
            "",
        ] {
            assert!(ServerUrl::parse(url).is_none(), "{url}");
        }
    }

    #[test]
    fn a_remote_issuer_cannot_name_a_loopback_url() {
        let issuer = ServerUrl::parse("https://app.example.com").unwrap();
        assert!(issuer.parse_from_metadata("http://127.0.0.1/jwks").is_none());
        assert!(issuer.parse_from_metadata("https://keys.example.com/jwks").is_some());
    }

    #[test]
    fn a_parameter_is_added_to_the_others() {
        for (url, expected) in [
            ("https://a.example.com/b", "https://a.example.com/b?wait=20"),
            ("https://a.example.com/b?c=d", "https://a.example.com/b?c=d&wait=20"),
        ] {
            assert_eq!(ServerUrl::parse(url).unwrap().with_parameter("wait", "20").as_str(), expected);
        }
    }
}
