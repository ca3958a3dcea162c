//! Texts of others on a terminal: what would move its cursor, hide something, or change how the rest is shown is written
//! as a number.
//!
//! The one place for that. Which characters these are is `core`'s rule; some are stored, from before there was one, and
//! some come from the network or the command line.

use std::fmt::Write as _;

use jeton_core::model::is_invisible;

/// The text on one line, with `\u{202e}` for such a character.
pub(crate) fn visible(text: &str) -> String {
    escaped(text, |escaped, character| escaped.extend(character.escape_unicode()))
}

/// The same, where lines are meant.
pub(crate) fn visible_lines(text: &str) -> String {
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

/// The same for a JSON document, which says the same as before: there such characters stand only in strings, where
/// `\u202e` means the same (RFC 8259 §7).
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
    fn what_a_terminal_would_obey_is_written_as_a_number() {
        assert_eq!(
            visible(NASTY),
            "a\\u{202e}b\\u{200b}c\\u{1b}[2J\\u{9b}d\\u{2028}e\\u{e0041}f\\u{7f}\\u{feff}\\u{9}ü\\u{a}名"
        );
        assert_eq!(visible_lines("a\u{202e}\nb"), "a\\u{202e}\nb");
    }

    #[test]
    fn a_json_document_says_the_same_and_holds_none_of_it() {
        let value = json!({ "name": NASTY, NASTY: [NASTY, "plain"] });
        for document in [value.to_string(), format!("{value:#}")] {
            let escaped = visible_json(&document);
            assert_eq!(serde_json::from_str::<Value>(&escaped).unwrap(), value);
            assert!(!escaped.replace('\n', "").chars().any(is_invisible), "{escaped}");
        }
    }
}
