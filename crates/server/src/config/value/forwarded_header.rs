//! `[listen] forwarded_header`: the header in which trusted proxies send the caller's address.
//!
//! Must not read the header.

use serde::Deserialize;

/// The one header that is read. A proxy forwards headers that it does not set itself as the caller sent them, so the
/// caller could choose the value of a second header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "String")]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`, a list of addresses.
    #[default]
    XForwardedFor,
    /// `Forwarded`, of which `for` is read (RFC 7239).
    Forwarded,
}

impl TryFrom<String> for ForwardedHeader {
    type Error = &'static str;

    /// Header names are case-insensitive.
    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.to_ascii_lowercase().as_str() {
            "x-forwarded-for" => Ok(Self::XForwardedFor),
            "forwarded" => Ok(Self::Forwarded),
            _ => Err("is not a supported header; use \"x-forwarded-for\" or \"forwarded\""),
        }
    }
}
