//! The text of an `error_description`.
//!
//! This module decides which characters are allowed (RFC 6749 §5.2). It must not know why a request was rejected.

use std::{borrow::Cow, fmt};

use serde::Serialize;

/// An error text for the caller: only `%x20-21 / %x23-5B / %x5D-7E`, and neither `scope=` nor `error=`.
///
/// A client SDK searches the raw `WWW-Authenticate` challenge for those two strings and would mistake the description
/// for the parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Description(Cow<'static, str>);

impl Description {
    /// Replaces illegal characters: `"` by `'`, `\` by `/`, any other by `?`. `scope=` and `error=` get a space before
    /// the equals sign. A legal text stays unchanged.
    #[must_use]
    pub fn new(text: impl Into<Cow<'static, str>>) -> Self {
        let text = text.into();
        if is_allowed(&text) { Self(text) } else { Self(Cow::Owned(replaced(&text))) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_allowed(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'!' | b'#'..=b'[' | b']'..=b'~'))
        && text.match_indices('=').all(|(at, _)| !ends_in_searched_name(&text[..at]))
}

fn replaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    for character in text.chars() {
        match character {
            '"' => out.push('\''),
            '\\' => out.push('/'),
            '=' if ends_in_searched_name(&out) => out.push_str(" ="),
            ' '..='~' => out.push(character),
            _ => out.push('?'),
        }
    }
    out
}

/// Case-insensitive, because the client's search may be.
fn ends_in_searched_name(text: &str) -> bool {
    SEARCHED_NAMES.iter().any(|name| {
        text.len().checked_sub(name.len()).is_some_and(|at| text.as_bytes()[at..].eq_ignore_ascii_case(name))
    })
}

const SEARCHED_NAMES: [&[u8]; 2] = [b"scope", b"error"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_legal_text_is_unchanged() {
        let text = "Send scopes separated by spaces: a = b, c!";
        assert_eq!(Description::new(text).as_str(), text);
    }

    #[test]
    fn a_quote_a_backslash_and_other_characters_are_replaced() {
        assert_eq!(Description::new("say \"a\\b\" \n\u{e9}\u{7f}").as_str(), "say 'a/b' ???");
    }

    #[test]
    fn the_names_that_clients_search_for_are_separated_from_the_equals_sign() {
        assert_eq!(Description::new("scope=a error=b Scope=c").as_str(), "scope =a error =b Scope =c");
        assert_eq!(Description::new("\"scope==").as_str(), "'scope ==");
    }
}
