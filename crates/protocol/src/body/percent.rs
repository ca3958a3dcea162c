//! Decodes `application/x-www-form-urlencoded` (RFC 6749 Appendix B).
//!
//! This module decides whether an encoded text is valid. It must not know what the text is for.

use percent_encoding::percent_decode;
use zeroize::Zeroizing;

/// Why an encoded text cannot be decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Undecodable {
    /// A `%` that is not followed by two hexadecimal digits.
    Escape,
    /// The decoded bytes are not UTF-8.
    Utf8,
}

/// Decodes once, with `+` as a space. The result may be a secret, so it is wiped when dropped.
pub(crate) fn form_decode(encoded: &[u8]) -> Result<Zeroizing<String>, Undecodable> {
    if !encoded.iter().any(|byte| matches!(byte, b'%' | b'+')) {
        // Most texts, tokens in particular, need no decoding.
        return match str::from_utf8(encoded) {
            Ok(text) => Ok(Zeroizing::new(text.to_owned())),
            Err(_) => Err(Undecodable::Utf8),
        };
    }
    if !escapes_are_whole(encoded) {
        return Err(Undecodable::Escape);
    }
    let spaced: Zeroizing<Vec<u8>> =
        Zeroizing::new(encoded.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect());
    // Allocate the full capacity at once: a growing vector would leave copies of a secret in freed memory.
    let mut decoded = Vec::with_capacity(spaced.len());
    decoded.extend(percent_decode(&spaced));
    match String::from_utf8(decoded) {
        Ok(text) => Ok(Zeroizing::new(text)),
        Err(error) => {
            drop(Zeroizing::new(error.into_bytes()));
            Err(Undecodable::Utf8)
        }
    }
}

/// The library passes a broken escape through; here it is an error.
fn escapes_are_whole(encoded: &[u8]) -> bool {
    encoded.iter().enumerate().filter(|(_, byte)| **byte == b'%').all(|(at, _)| {
        encoded.get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(encoded: &[u8]) -> Result<String, Undecodable> {
        form_decode(encoded).map(|text| text.as_str().to_owned())
    }

    #[test]
    fn escapes_and_plus_are_decoded_once() {
        assert_eq!(decode(b"a+b%20c%2Bd%2525%c3%A9").unwrap(), "a b c+d%25\u{e9}");
    }

    #[test]
    fn a_broken_escape_is_an_error() {
        for encoded in [&b"%"[..], b"a%", b"%2", b"%zz", b"%2g", b"%+1", b"%%20"] {
            assert_eq!(decode(encoded), Err(Undecodable::Escape), "{encoded:?}");
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_are_an_error() {
        for encoded in [&b"%ff"[..], b"\xff", b"%c3", b"%ed%a0%80"] {
            assert_eq!(decode(encoded), Err(Undecodable::Utf8), "{encoded:?}");
        }
    }
}
