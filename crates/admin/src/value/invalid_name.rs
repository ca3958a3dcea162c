//! The rule for names that people type, and the error for a text that breaks the rule of its kind.

/// The text is not valid for this kind of name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} {value:?} is not valid: {rule}")]
pub struct InvalidName {
    what: &'static str,
    value: String,
    rule: &'static str,
}

impl InvalidName {
    /// `value` is not `what`, because of `rule`.
    #[must_use]
    pub fn new(what: &'static str, value: &str, rule: &'static str) -> Self {
        Self { what, value: value.to_owned(), rule }
    }
}

/// Checks a name that people type: 1 to 100 characters, no control characters, no space at either end.
pub(super) fn check_name(what: &'static str, value: &str) -> Result<String, InvalidName> {
    let length = value.chars().count();
    let is_valid = (1..=MAX_NAME_CHARS).contains(&length)
        && value.trim() == value
        && !value.chars().any(char::is_control);
    if is_valid {
        return Ok(value.to_owned());
    }
    Err(InvalidName::new(what, value, "1 to 100 characters, no control characters, no space at either end"))
}

const MAX_NAME_CHARS: usize = 100;
