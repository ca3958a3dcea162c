//! What is wrong with a value, as serde reports it, in the words of the configuration file.
//!
//! Must never contain a string of the configuration: it may be a secret under the wrong key.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

use super::setting::Setter;

/// An error at a key.
#[derive(Debug)]
pub(super) struct Fault {
    /// The key, for example, `regions.0.name`.
    pub(super) key: String,
    /// Who set the value. `None` until the value that contains the error is known.
    pub(super) setter: Option<Setter>,
    /// What is wrong.
    pub(super) problem: Problem,
}

/// What is wrong with a value.
#[derive(Debug)]
pub(super) enum Problem {
    /// A required key has no value.
    Missing,
    /// The value is wrong: the rest of the sentence that begins with its place.
    Wrong(String),
}

impl Fault {
    /// The same error, seen from the table or list that has it under `key`. The innermost setter counts.
    pub(super) fn inside(self, key: &str, setter: &Setter) -> Self {
        let key = if self.key.is_empty() { key.to_owned() } else { format!("{key}.{}", self.key) };
        Self { key, setter: self.setter.or_else(|| Some(setter.clone())), problem: self.problem }
    }

    fn wrong(sentence: String) -> Self {
        Self { key: String::new(), setter: None, problem: Problem::Wrong(sentence) }
    }
}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::wrong(message.to_string())
    }

    fn invalid_type(actual: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::wrong(format!("is {}; use {}", kind_of(actual), expected_kind(&expected.to_string())))
    }

    fn invalid_value(actual: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::invalid_type(actual, expected)
    }

    fn unknown_field(_field: &str, known: &'static [&'static str]) -> Self {
        let known = known.join(", ");
        Self::wrong(format!("is not a known key (known keys: {known}); correct or remove it"))
    }

    fn missing_field(field: &'static str) -> Self {
        Self { key: field.to_owned(), setter: None, problem: Problem::Missing }
    }
}

impl std::error::Error for Fault {}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.problem {
            Problem::Missing => write!(f, "{} is missing", self.key),
            Problem::Wrong(sentence) => write!(f, "{} {sentence}", self.key),
        }
    }
}

fn kind_of(actual: Unexpected<'_>) -> String {
    match actual {
        Unexpected::Bool(value) => value.to_string(),
        Unexpected::Unsigned(value) => format!("the number {value}"),
        Unexpected::Signed(value) => format!("the number {value}"),
        Unexpected::Float(value) => format!("the number {value}"),
        Unexpected::Char(_) | Unexpected::Str(_) => "a string".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "a table".to_owned(),
        Unexpected::Other(kind) => kind.to_owned(),
        _ => "something else".to_owned(),
    }
}

/// What serde expected, in TOML's terms.
fn expected_kind(expected: &str) -> String {
    match expected {
        "a string" | "path string" => "a string in quotes".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "u32" | "usize" | "a nonzero u32" | "a nonzero usize" => "a whole number above 0".to_owned(),
        table if table.starts_with("struct ") || table == "map" => "a table".to_owned(),
        other => other.to_owned(),
    }
}
