//! The URI of a protected resource: its original spelling, and the normalised form used for comparison.
//!
//! This module decides the syntax (RFC 8707 §2, RFC 3986) and the normalisation. It must not know which resources
//! exist.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use fluent_uri::Uri;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An absolute URI without a fragment, of at most 1,024 visible ASCII characters.
///
/// It keeps its spelling, because a resource server compares audiences byte for byte. Two URIs are equal if their
/// [`key`](Self::key) is equal: clients and people spell scheme, host and the slash of an origin in different ways.
#[derive(Clone)]
pub struct ResourceUri {
    text: String,
    /// `None` if it equals `text`.
    key: Option<Box<str>>,
}

/// Why a text is not a resource URI; `Display` says what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResourceUriError {
    /// More than 1,024 characters.
    #[error("a resource must have at most {MAX_CHARS} characters")]
    TooLong,
    /// A space, a control character or a character outside ASCII.
    #[error("a resource must have only visible ASCII characters; percent-encode any other")]
    IllegalCharacter,
    /// No scheme, or not a URI at all (RFC 3986 §4.3).
    #[error("a resource must be an absolute URI, for example https://api.example.com")]
    NotAbsolute,
    /// A fragment, even an empty one (RFC 8707 §2).
    #[error("a resource must not have a fragment; remove the number sign and the text after it")]
    Fragment,
}

impl ResourceUri {
    /// # Errors
    /// [`ResourceUriError`], if the text is not an absolute URI without a fragment.
    pub fn parse(text: &str) -> Result<Self, ResourceUriError> {
        if text.len() > MAX_CHARS {
            return Err(ResourceUriError::TooLong);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ResourceUriError::IllegalCharacter);
        }
        let uri = Uri::parse(text).map_err(|_| ResourceUriError::NotAbsolute)?;
        if uri.has_fragment() {
            return Err(ResourceUriError::Fragment);
        }
        let key = normalised(&uri);
        Ok(Self { text: text.to_owned(), key: (key != text).then(|| key.into_boxed_str()) })
    }

    /// The original spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The form used for comparison: scheme and host in lower case, and an origin-only URI without its slash. Nothing
    /// else is normalised.
    #[must_use]
    pub fn key(&self) -> &str {
        self.key.as_deref().unwrap_or(&self.text)
    }

    /// Whether `text` is the same resource, in any spelling.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.text == text || Self::parse(text).is_ok_and(|other| other == *self)
    }
}

impl PartialEq for ResourceUri {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for ResourceUri {}

impl PartialOrd for ResourceUri {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ResourceUri {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(other.key())
    }
}

impl Hash for ResourceUri {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl FromStr for ResourceUri {
    type Err = ResourceUriError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl fmt::Display for ResourceUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for ResourceUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ResourceUri").field(&self.text).finish()
    }
}

impl AsRef<str> for ResourceUri {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl Serialize for ResourceUri {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for ResourceUri {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

fn normalised(uri: &Uri<&str>) -> String {
    let mut out = String::with_capacity(uri.as_str().len());
    out.push_str(&uri.scheme().as_str().to_ascii_lowercase());
    out.push(':');
    if let Some(authority) = uri.authority() {
        out.push_str("//");
        if let Some(userinfo) = authority.userinfo() {
            out.push_str(userinfo.as_str());
            out.push('@');
        }
        out.push_str(&authority.host().to_ascii_lowercase());
        if let Some(port) = authority.port() {
            out.push(':');
            out.push_str(port.as_str());
        }
    }
    let is_origin = uri.authority().is_some() && uri.path().as_str() == "/" && !uri.has_query();
    if !is_origin {
        out.push_str(uri.path().as_str());
    }
    if let Some(query) = uri.query() {
        out.push('?');
        out.push_str(query.as_str());
    }
    out
}

const MAX_CHARS: usize = 1_024;
