//! Which token a request carries (RFC 6750 §2.1): in its one `Authorization` header, and nowhere else.

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue};

/// What the headers hold.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum PresentedBearer<'a> {
    /// No token: no header, another scheme, or a scheme without anything.
    Nothing,
    /// Something that is not one token.
    Malformed,
    /// A token; nothing about it is verified.
    Token(&'a str),
}

impl<'a> PresentedBearer<'a> {
    pub(crate) fn of(headers: &'a HeaderMap) -> Self {
        let mut presented = headers.get_all(AUTHORIZATION).into_iter().map(Self::in_header);
        let Some(first) = presented.next() else { return Self::Nothing };
        // Two headers are read differently by different servers, so neither counts.
        match presented.next() {
            None => first,
            Some(second) => {
                let is_sent = [first, second].into_iter().chain(presented).any(|one| one != Self::Nothing);
                if is_sent { Self::Malformed } else { Self::Nothing }
            }
        }
    }

    fn in_header(value: &'a HeaderValue) -> Self {
        let bytes = value.as_bytes();
        let (scheme, rest) =
            bytes.split_at(bytes.iter().position(|byte| *byte == b' ').unwrap_or(bytes.len()));
        let token = rest.trim_ascii();
        if !scheme.eq_ignore_ascii_case(b"bearer") || token.is_empty() {
            return Self::Nothing;
        }
        match str::from_utf8(token) {
            Ok(token) if !token.contains(' ') => Self::Token(token),
            _ => Self::Malformed,
        }
    }
}

/// The syntax of a bearer token (RFC 6750 §2.1).
pub(crate) fn is_b64token(token: &str) -> bool {
    let core = token.trim_end_matches('=');
    let is_legal =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/');
    !core.is_empty() && core.bytes().all(is_legal)
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
    fn the_scheme_may_be_in_any_letter_case() {
        for value in ["Bearer abc", "bearer abc", "BEARER   abc ", "bEaReR abc"] {
            assert_eq!(PresentedBearer::of(&headers(&[value])), PresentedBearer::Token("abc"), "{value}");
        }
    }

    #[test]
    fn no_token_is_sent_with_another_scheme_or_with_nothing_after_it() {
        for value in ["Bearer", "Bearer ", "", "Basic YTpi", "DPoP abc", "Bearerabc", "Bearer\tabc"] {
            assert_eq!(PresentedBearer::of(&headers(&[value])), PresentedBearer::Nothing, "{value}");
        }
        assert_eq!(PresentedBearer::of(&HeaderMap::new()), PresentedBearer::Nothing);
    }

    #[test]
    fn two_headers_are_never_one_token() {
        let two = |first, second| headers(&[first, second]);
        assert_eq!(PresentedBearer::of(&two("Bearer abc", "Bearer abc")), PresentedBearer::Malformed);
        assert_eq!(PresentedBearer::of(&two("Basic YTpi", "Bearer abc")), PresentedBearer::Malformed);
        assert_eq!(PresentedBearer::of(&two("Basic YTpi", "Basic YTpi")), PresentedBearer::Nothing);
    }

    #[test]
    fn two_words_are_no_token() {
        assert_eq!(PresentedBearer::of(&headers(&["Bearer abc def"])), PresentedBearer::Malformed);
        let bytes = HeaderValue::from_bytes(b"Bearer \xff").unwrap();
        assert_eq!(
            PresentedBearer::of(&HeaderMap::from_iter([(AUTHORIZATION, bytes)])),
            PresentedBearer::Malformed
        );
    }
}
