//! Which URLs are asked: `https`, or `http` on loopback. Anything else could be read and answered by others.

use reqwest::Url;

/// The URL, if it may be asked.
pub(crate) fn parse(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let has_host = url.host_str().is_some_and(|host| !host.is_empty());
    let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    (has_host && plain && is_safe(&url)).then_some(url)
}

/// Whether a secret or a token may be sent there.
pub(crate) fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url))
}

/// The machine itself.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A URL that the document of an issuer at `issuer` names: one elsewhere does not lead onto loopback.
pub(crate) fn parse_named_by(issuer: &Url, text: &str) -> Option<Url> {
    parse(text).filter(|url| is_loopback(issuer) || url.scheme() == "https")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_and_loopback_are_asked() {
        for url in
            ["https://app.example.com/a", "http://127.0.0.1:8080", "http://[::1]:80/", "http://localhost"]
        {
            assert!(parse(url).is_some(), "{url}");
        }
    }

    #[test]
    fn nothing_else_is() {
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
    fn an_issuer_elsewhere_does_not_lead_onto_loopback() {
        let issuer = parse("https://app.example.com").unwrap();
        assert!(parse_named_by(&issuer, "http://127.0.0.1/jwks").is_none());
        assert!(parse_named_by(&issuer, "https://keys.example.com/jwks").is_some());
    }
}
