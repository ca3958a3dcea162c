//! Escapes untrusted text for a terminal: characters that move the cursor, hide text, or change how the rest is shown
//! are written as numbers.
//!
//! The one place for that. `core` decides which characters these are. Names stored before that rule existed may contain
//! them, and so may text from the network or the command line.

use std::fmt::Write as _;

use jeton_core::model::is_invisible;

/// The text on one line, with `\u{202e}` and the like for each invisible character.
pub(crate) fn visible(text: &str) -> String {
    escaped(text, |escaped, character| escaped.extend(character.escape_unicode()))
}

/// As [`visible`], but keeps line ends.
pub(crate) fn visible_lines(text: &str) -> String {
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

/// As [`visible`] for a JSON document, without changing its meaning: these characters occur only in strings, where
/// `\u202e` is the same character (RFC 8259 §7).
pub(crate) fn visible_json(document: &str) -> String {
    let document = document.split('\n').map(|line| {
        escaped(line, |escaped, character| {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        })
    });
    document.collect::<Vec<_>>().join("\n")
}

fn escaped(text: &str, escape: impl Fn(&mut String, char)) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, character| {
        if is_invisible(character) {
            escape(&mut escaped, character);
        } else {
            escaped.push(character);
        }
        escaped
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const NASTY: &str = "a\u{202e}b\u{200b}c\u{1b}[2J\u{9b}d\u{2028}e\u{e0041}f\u{7f}\u{feff}\tü\n名";

    #[test]
    fn control_and_invisible_characters_are_written_as_numbers() {
        assert_eq!(
            visible(NASTY),
            "a\\u{202e}b\\u{200b}c\\u{1b}[2J\\u{9b}d\\u{2028}e\\u{e0041}f\\u{7f}\\u{feff}\\u{9}ü\\u{a}名"
        );
        assert_eq!(visible_lines("a\u{202e}\nb"), "a\\u{202e}\nb");
    }

    #[test]
    fn an_escaped_json_document_parses_to_the_same_value() {
        let value = json!({ "name": NASTY, NASTY: [NASTY, "plain"] });
        for document in [value.to_string(), format!("{value:#}")] {
            let escaped = visible_json(&document);
            assert_eq!(serde_json::from_str::<Value>(&escaped).unwrap(), value);
            assert!(!escaped.replace('\n', "").chars().any(is_invisible), "{escaped}");
        }
    }
}
