//! The issuer identifier (RFC 8414 §2).
//!
//! Decides which URLs may be an issuer. Must not change a byte of them: verifiers compare `iss` as text. So a URL that
//! the parsers of browsers and SDKs would change is refused, and the error shows the spelling that they leave
//! unchanged.

use std::fmt;

use fluent_uri::{Uri, component::Host};
use jeton_core::admin::LONGEST_ISSUER;
use serde::Deserialize;
use url::Url;

/// A region's issuer URL, byte for byte as it was configured.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Issuer(String);

impl Issuer {
    /// Checks a URL: `https`, or `http` on a loopback host; a host; no query, fragment or user information; no slash at
    /// the end; not longer than fits into a token; spelled as URL parsers print it (WHATWG URL), except that they may
    /// add a slash after an origin.
    ///
    /// # Errors
    /// The first rule that the URL breaks, and how to fix it.
    pub fn parse(text: impl Into<String>) -> Result<Self, IssuerError> {
        let text = text.into();
        let Some(spelling) = respelled(&text) else {
            check(&text)?;
            return Ok(Self(text));
        };
        if check(&spelling).is_err() {
            // The URL breaks another rule too, which a new spelling does not fix.
            check(&text)?;
            check(&spelling)?;
        }
        Err(IssuerError::Respelled { spelling })
    }

    /// The URL as it was configured.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path after the host, empty or beginning with `/`; it follows the well-known part of metadata URLs (RFC 8414
    /// §3).
    #[must_use]
    pub fn path(&self) -> &str {
        let authority = self.0.find("://").map_or(0, |scheme| scheme + 3);
        self.0[authority..].find('/').map_or("", |slash| &self.0[authority + slash..])
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Issuer {
    type Error = IssuerError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(text)
    }
}

/// Why a string cannot be an issuer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssuerError {
    /// No scheme, no host, a bad port, or characters that no URL has.
    #[error("is not a URL with a host; use, for example, https://app.example.com")]
    NotAUrl,
    /// Every token contains the issuer, and the length of tokens is limited.
    #[error("must have at most {LONGEST_ISSUER} characters; choose a shorter host or path")]
    TooLong,
    /// Neither https nor loopback: secrets and tokens would be sent unencrypted.
    #[error("must begin with https://; plain http:// is allowed only for 127.0.0.1, [::1] and localhost")]
    Insecure,
    /// RFC 8414 §2 forbids query and fragment.
    #[error(
        "must not have a user, query or fragment; remove the part before the @, and everything from the ? or #"
    )]
    Superfluous,
    /// Some clients strip the slash before they compare, others do not.
    #[error("must not end with a slash, because clients compare it byte for byte; remove the slash")]
    TrailingSlash,
    /// An empty, `.` or `..` segment, or one that begins with `:` or `*`.
    #[error("has a path segment that is empty, \".\" or \"..\", or begins with \":\" or \"*\"; remove it")]
    UnstablePath,
    /// For example an upper-case host, a default port or a needless escape.
    #[error(
        "is not in the form that URL parsers print, and clients compare it byte for byte; use {spelling}"
    )]
    Respelled {
        /// What URL parsers print.
        spelling: String,
    },
}

/// What URL parsers print for `text`, if that differs; without the slash that they add after an origin.
fn respelled(text: &str) -> Option<String> {
    let printed = String::from(Url::parse(text).ok()?);
    let is_stable = printed == text || printed.strip_suffix('/') == Some(text);
    (!is_stable).then(|| printed.trim_end_matches('/').to_owned())
}

/// Checks every rule except the spelling.
fn check(text: &str) -> Result<(), IssuerError> {
    if text.len() > LONGEST_ISSUER {
        return Err(IssuerError::TooLong);
    }
    let uri = Uri::parse(text).map_err(|_| IssuerError::NotAUrl)?;
    let authority = uri.authority().ok_or(IssuerError::NotAUrl)?;
    let port_is_good = authority.port().is_none_or(|port| !port.is_empty())
        && authority.port_to_u16().is_ok_and(|port| port != Some(0));
    if authority.host().is_empty() || !port_is_good || Url::parse(text).is_err() {
        return Err(IssuerError::NotAUrl);
    }
    match uri.scheme().as_str() {
        "https" => {}
        "http" if is_loopback(&authority.host_parsed()) => {}
        _ => return Err(IssuerError::Insecure),
    }
    if authority.has_userinfo() || uri.has_query() || uri.has_fragment() {
        return Err(IssuerError::Superfluous);
    }
    let path = uri.path().as_str();
    if path.ends_with('/') {
        return Err(IssuerError::TrailingSlash);
    }
    // Clients and proxies rewrite the first three before they compare. The last two would be patterns in a route.
    let is_unstable = |segment: &str| {
        matches!(segment, "" | "." | "..") || segment.starts_with(':') || segment.starts_with('*')
    };
    if path.split('/').skip(1).any(is_unstable) {
        return Err(IssuerError::UnstablePath);
    }
    Ok(())
}

fn is_loopback(host: &Host<'_>) -> bool {
    match host {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::RegName(name) => name.as_str() == "localhost",
        Host::IpvFuture { .. } => false,
    }
}
