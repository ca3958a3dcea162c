//! The URI of a protected resource, in the one form in which two of them are compared.
//!
//! It decides the syntax (RFC 8707 §2, RFC 3986) and the little that is normalised. It must not know which resources
//! exist.

use fluent_uri::Uri;

use crate::text::checked_string;

/// An absolute URI without a fragment, of at most 1,024 visible ASCII characters.
///
/// Scheme and host are lower-cased and the slash of an origin-only URI is dropped; nothing else is normalised, because
/// a resource server compares audiences byte for byte.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceUri(String);

/// Why a text names no resource; `Display` says what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResourceUriError {
    /// More than 1,024 characters.
    #[error("a resource has at most {MAX_CHARS} characters")]
    TooLong,
    /// A space, a control character or something outside ASCII.
    #[error("a resource has only visible ASCII characters: percent-encode any other")]
    IllegalCharacter,
    /// No scheme, or not a URI at all (RFC 3986 §4.3).
    #[error("a resource is an absolute URI such as https://api.example.com")]
    NotAbsolute,
    /// A fragment, even an empty one (RFC 8707 §2).
    #[error("a resource has no fragment: leave out the number sign and what follows")]
    Fragment,
}

impl ResourceUri {
    /// # Errors
    /// [`ResourceUriError`], where the text is not an absolute URI without a fragment.
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
        Ok(Self(canonical(&uri)))
    }
}

checked_string!(ResourceUri, ResourceUriError);

fn canonical(uri: &Uri<&str>) -> String {
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
