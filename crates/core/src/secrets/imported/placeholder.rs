//! Recognises texts that refer to a secret: template variables, references into secret stores, encrypted values.

use std::fmt;

/// The form of a reference to a secret. It contains no part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceholderForm {
    /// A name between these delimiters.
    Enclosed(&'static str, &'static str),
    /// `$name:key`, `$name.key` or `$NAME`.
    Dollar,
    /// A reference with this prefix.
    Reference(&'static str),
    /// `scheme://…`.
    Url,
}

impl PlaceholderForm {
    /// The form of the text, if it is a reference.
    pub(super) fn of(text: &str) -> Option<Self> {
        let anywhere = ANYWHERE.into_iter().find(|(open, close)| holds_enclosed(text, open, close));
        let whole = || WHOLE.into_iter().find(|(open, close)| is_enclosed(text, open, close));
        if let Some((open, close)) = anywhere.or_else(whole) {
            return Some(Self::Enclosed(open, close));
        }
        if is_underscored(text) {
            return Some(Self::Enclosed("__", "__"));
        }
        if is_dollar_name(text) {
            return Some(Self::Dollar);
        }
        let lower = text.to_ascii_lowercase();
        if let Some(reference) = REFERENCES.into_iter().find(|reference| lower.starts_with(reference)) {
            return Some(Self::Reference(reference));
        }
        let is_url = text.split_once("://").is_some_and(|(scheme, _)| is_name(scheme));
        is_url.then_some(Self::Url)
    }
}

impl fmt::Display for PlaceholderForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Enclosed(open, close) => write!(f, "{open}name{close}"),
            Self::Dollar => f.write_str("$NAME, $name.key or $name:key"),
            Self::Reference(reference) => write!(f, "{reference}…"),
            Self::Url => f.write_str("scheme://…"),
        }
    }
}

/// Whether the text contains a name between `open` and the next `close`, or is anything between `open` and `close` as a
/// whole.
fn holds_enclosed(text: &str, open: &str, close: &str) -> bool {
    let is_whole = text.len() > open.len() + close.len() && text.starts_with(open) && text.ends_with(close);
    is_whole
        || text.match_indices(open).any(|(at, _)| {
            let inner = &text[at + open.len()..];
            inner.split_once(close).is_some_and(|(inner, _)| is_name(inner.trim()))
        })
}

fn is_enclosed(text: &str, open: &str, close: &str) -> bool {
    let inner = text.strip_prefix(open).and_then(|text| text.strip_suffix(close));
    inner.is_some_and(|inner| is_name(inner.trim()))
}

/// `__CLIENT_SECRET__`. Requires one letter case, because random secrets may contain underscores too.
fn is_underscored(text: &str) -> bool {
    let inner = text.strip_prefix("__").and_then(|text| text.strip_suffix("__")).unwrap_or_default();
    let is_of = |is_case: fn(&u8) -> bool| {
        inner.bytes().all(|byte| is_case(&byte) || byte.is_ascii_digit() || byte == b'_')
    };
    is_name(inner) && (is_of(u8::is_ascii_uppercase) || is_of(u8::is_ascii_lowercase))
}

/// `$webhook:secret`, `$dex.github.clientSecret`, `$CLIENT_SECRET`; not `$ecret`.
fn is_dollar_name(text: &str) -> bool {
    let Some(name) = text.strip_prefix('$') else { return false };
    let is_variable = name.len() >= 3
        && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    let is_path = |separator| name.contains(separator) && name.split(separator).all(is_name);
    is_variable || is_path(':') || is_path('.')
}

/// Begins like the name of a variable and contains only characters of names and paths.
fn is_name(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:/| ".contains(&byte);
    text.bytes().next().is_some_and(|first| first.is_ascii_alphabetic() || b"_.".contains(&first))
        && text.bytes().all(is_inner)
}

/// Also inside a text: a template may fill in only a part.
const ANYWHERE: [(&str, &str); 6] =
    [("${", "}"), ("$(", ")"), ("{{", "}}"), ("((", "))"), ("#{", "}"), ("<%", "%>")];
/// Only if they enclose the whole text.
const WHOLE: [(&str, &str); 3] = [("%", "%"), ("<", ">"), ("{", "}")];
/// In lower case.
const REFERENCES: [&str; 13] = [
    "vault:",
    "!vault",
    "$ansible_vault",
    "arn:",
    "enc(",
    "enc[",
    "op:",
    "ssm:",
    "env:",
    "file:",
    "secretref:",
    "ref+",
    "@microsoft.keyvault(",
];
