//! `[listen] forwarded_header`: in which header trusted proxies say whom they saw.
//!
//! Must not read the header.

use serde::Deserialize;

/// The one header that is read. A proxy passes headers that it does not write itself on as the caller sent them, so a
/// second header would be the caller's to choose.
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

    /// The names of headers have no letter case.
    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.to_ascii_lowercase().as_str() {
            "x-forwarded-for" => Ok(Self::XForwardedFor),
            "forwarded" => Ok(Self::Forwarded),
            _ => Err("is not a header that is read; write \"x-forwarded-for\" or \"forwarded\""),
        }
    }
}
