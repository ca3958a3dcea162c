//! Recognises texts that contain more than the secret.

use std::fmt;

use serde::de::IgnoredAny;

/// The text around the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrapping {
    /// A JSON object or array, possibly truncated.
    Json,
    /// Quotation marks.
    Quotes,
    /// A name before the secret.
    Assignment,
}

impl Wrapping {
    /// The wrapping of the text, if it has one.
    pub(super) fn of(text: &str) -> Option<Self> {
        if is_json(text) {
            Some(Self::Json)
        } else if is_quoted(text) {
            Some(Self::Quotes)
        } else if is_assignment(text) {
            Some(Self::Assignment)
        } else {
            None
        }
    }
}

impl fmt::Display for Wrapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "a JSON object or array",
            Self::Quotes => "in quotation marks",
            Self::Assignment => "a name and a value (name=value)",
        })
    }
}

fn is_json(text: &str) -> bool {
    let text = text.trim();
    let begins = ["{\"", "{'", "[\"", "['", "[{"].iter().any(|begin| text.starts_with(begin));
    begins || (text.starts_with(['{', '[']) && serde_json::from_str::<IgnoredAny>(text).is_ok())
}

/// A comma or semicolon may follow, if a line of a file was copied.
fn is_quoted(text: &str) -> bool {
    let text = text.trim_end_matches([',', ';']);
    QUOTES.iter().any(|(open, close)| {
        text.strip_prefix(*open).is_some_and(|inner| inner.len() > 1 && inner.ends_with(*close))
    })
}

/// The name must look like the name of a setting: in one letter case or in camel case, with digits only at the ends of
/// words. `aB3=…` begins like a random secret, and the padding of base64 is not a value.
fn is_assignment(text: &str) -> bool {
    if let Some((name, value)) = text.split_once(':')
        && SECRET_NAMES.contains(&name.to_ascii_lowercase().as_str())
    {
        return !value.is_empty();
    }
    let Some((name, value)) = text.split_once('=') else { return false };
    if value.trim_matches('=').is_empty() || !name.bytes().all(is_name_byte) {
        return false;
    }
    let names_a_secret = || NAME_PARTS.iter().any(|part| name.to_ascii_lowercase().contains(part));
    let begins_as_name = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    begins_as_name && name.len() > 1 && (name.split(['_', '-', '.']).all(is_word) || names_a_secret())
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-.".contains(&byte)
}

fn is_word(word: &str) -> bool {
    let letters = word.trim_end_matches(|digit: char| digit.is_ascii_digit());
    let is_uniform = |is_case: fn(&u8) -> bool| letters.bytes().all(|byte| is_case(&byte));
    let capitals_begin_words = letters
        .as_bytes()
        .windows(2)
        .all(|pair| pair[0].is_ascii_lowercase() || pair[1].is_ascii_lowercase());
    let is_camel = letters.bytes().all(|byte| byte.is_ascii_alphabetic())
        && capitals_begin_words
        && letters.ends_with(|last: char| last.is_ascii_lowercase());
    is_uniform(u8::is_ascii_lowercase) || is_uniform(u8::is_ascii_uppercase) || is_camel
}

const QUOTES: [(char, char); 6] = [('"', '"'), ('\'', '\''), ('`', '`'), ('“', '”'), ('‘', '’'), ('«', '»')];
const NAME_PARTS: [&str; 6] = ["secret", "key", "token", "pass", "client", "auth"];
const SECRET_NAMES: [&str; 5] = ["client_secret", "client-secret", "clientsecret", "secret", "password"];
