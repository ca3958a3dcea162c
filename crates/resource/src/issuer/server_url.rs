//! The URLs that requests may be sent to: `https`, or `http` on loopback. With any other URL, others could read the
//! request or forge the response.

use reqwest::Url;

/// The URL, if requests may be sent to it.
pub(crate) fn parse(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let has_host = url.host_str().is_some_and(|host| !host.is_empty());
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    (has_host && plain && is_safe(&url)).then_some(url)
}

/// Whether secrets and tokens may be sent to this URL.
pub(crate) fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

/// Whether the host is this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A URL from the metadata of the issuer at `issuer`. The metadata of a remote issuer must not name a loopback URL.
pub(crate) fn parse_from_metadata(issuer: &Url, text: &str) -> Option<Url> {
    parse(text).filter(|url| is_loopback(issuer) || url.scheme() == "https")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_and_loopback_are_accepted() {
        for url in
            ["https://app.example.com/a", "http://127.0.0.1:8080", "http://[::1]:80/", "http://localhost"]
        {
            assert!(parse(url).is_some(), "{url}");
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
            assert!(parse(url).is_none(), "{url}");
        }
    }

    #[test]
    fn a_remote_issuer_cannot_name_a_loopback_url() {
        let issuer = parse("https://app.example.com").unwrap();
        assert!(parse_from_metadata(&issuer, "http://127.0.0.1/jwks").is_none());
        assert!(parse_from_metadata(&issuer, "https://keys.example.com/jwks").is_some());
    }
}
