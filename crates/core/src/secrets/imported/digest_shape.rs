//! Recognises texts with the length and the alphabet of a digest.
//!
//! Some secrets look like this too. They are imported if the administrator confirms it. Base64url without padding is
//! not treated as a digest, because many servers generate secrets in this form.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

/// The encoding of a possible digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DigestShape {
    /// Hexadecimal, with this number of digits.
    Hexadecimal(usize),
    /// Padded base64 of this number of bytes.
    Base64(usize),
}

impl DigestShape {
    /// The digest shape of the text, if it has one.
    pub(super) fn of(text: &str) -> Option<Self> {
        if HEXADECIMAL_DIGITS.contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Some(Self::Hexadecimal(text.len()));
        }
        let standard = STANDARD.decode(text).ok();
        // 48 bytes need no padding. Then only `+` and `/` distinguish base64 from base64url and from letters and
        // digits.
        let is_distinguishable = text.contains(['=', '+', '/']);
        let bytes = standard.filter(|_| is_distinguishable).or_else(|| padded_url_safe(text))?.len();
        DIGEST_BYTES.contains(&bytes).then_some(Self::Base64(bytes))
    }
}

impl fmt::Display for DigestShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hexadecimal(digits) => write!(f, "{digits} hexadecimal digits"),
            Self::Base64(bytes) => write!(f, "base64 of {bytes} bytes"),
        }
    }
}

fn padded_url_safe(text: &str) -> Option<Vec<u8>> {
    if text.ends_with('=') { URL_SAFE.decode(text).ok() } else { None }
}

/// MD5, SHA-1, SHA-256, SHA-384, SHA-512.
const HEXADECIMAL_DIGITS: [usize; 5] = [32, 40, 64, 96, 128];
const DIGEST_BYTES: [usize; 4] = [20, 32, 48, 64];
