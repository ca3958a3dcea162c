//! Extracts the token of a request (RFC 6750 §2.1): only from a single `Authorization` header.

use std::fmt;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};

/// The presented token, if any.
#[derive(PartialEq, Eq)]
pub(crate) enum PresentedBearer<'a> {
    /// No token: no header, another scheme, or only the scheme.
    Missing,
    /// More than one header, and at least one with a token.
    MultipleHeaders,
    /// A token, unverified; even its alphabet is unchecked.
    Token(&'a [u8]),
}

impl<'a> PresentedBearer<'a> {
    pub(crate) fn of(headers: &'a HeaderMap) -> Self {
        let mut presented = headers.get_all(AUTHORIZATION).into_iter().map(Self::in_header);
        let Some(first) = presented.next() else { return Self::Missing };
        // Servers disagree on which of two headers counts, so neither is used.
        match presented.next() {
            None => first,
            Some(second) => {
                let is_sent = [first, second].into_iter().chain(presented).any(|one| one != Self::Missing);
                if is_sent { Self::MultipleHeaders } else { Self::Missing }
            }
        }
    }

    fn in_header(value: &'a HeaderValue) -> Self {
        let bytes = value.as_bytes();
        let (scheme, rest) =
            bytes.split_at(bytes.iter().position(|byte| *byte == b' ').unwrap_or(bytes.len()));
        let token = rest.trim_ascii();
        let is_sent = scheme.eq_ignore_ascii_case(b"bearer") && !token.is_empty();
        if is_sent { Self::Token(token) } else { Self::Missing }
    }
}

impl fmt::Debug for PresentedBearer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "Missing",
            Self::MultipleHeaders => "MultipleHeaders",
            Self::Token(_) => "Token(..)",
        })
    }
}

/// The token as text, if it has the syntax of a bearer token (RFC 6750 §2.1).
pub(crate) fn b64token(presented: &[u8]) -> Option<&str> {
    let text = str::from_utf8(presented).ok()?;
    let core = text.trim_end_matches('=');
    let is_legal =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/');
    (!core.is_empty() && core.bytes().all(is_legal)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(values: &[&str]) -> HeaderMap {
        values
            .iter()
            .map(|value| (AUTHORIZATION, HeaderValue::from_bytes(value.as_bytes()).unwrap()))
            .collect()
    }

    #[test]
    fn the_scheme_is_case_insensitive() {
        for value in ["Bearer abc", "bearer abc", "BEARER   abc ", "bEaReR abc"] {
            assert_eq!(PresentedBearer::of(&headers(&[value])), PresentedBearer::Token(b"abc"), "{value}");
        }
    }

    #[test]
    fn another_scheme_or_an_empty_token_is_no_token() {
        for value in ["Bearer", "Bearer ", "", "Basic YTpi", "DPoP abc", "Bearerabc", "Bearer\tabc"] {
            assert_eq!(PresentedBearer::of(&headers(&[value])), PresentedBearer::Missing, "{value}");
        }
        assert_eq!(PresentedBearer::of(&HeaderMap::new()), PresentedBearer::Missing);
    }

    #[test]
    fn two_headers_are_never_one_token() {
        let two = |first, second| headers(&[first, second]);
        assert_eq!(PresentedBearer::of(&two("Bearer abc", "Bearer abc")), PresentedBearer::MultipleHeaders);
        assert_eq!(PresentedBearer::of(&two("Basic YTpi", "Bearer abc")), PresentedBearer::MultipleHeaders);
        assert_eq!(PresentedBearer::of(&two("Basic YTpi", "Basic YTpi")), PresentedBearer::Missing);
    }

    #[test]
    fn a_token_has_only_legal_characters() {
        for good in ["abc", "a.b-c_d~e+f/g=="] {
            assert_eq!(b64token(good.as_bytes()), Some(good));
        }
        for bad in [b"abc def".as_slice(), b"=", b"a=b", b"abc,", b"a\"", b"\xff", "é".as_bytes(), b""] {
            assert_eq!(b64token(bad), None, "{bad:?}");
        }
    }
}
