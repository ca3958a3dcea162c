//! The characters that display texts may contain: visible ones that do not change how other characters are shown.
//!
//! This rule applies to every text that an administrator chooses. With other characters, terminals and browsers could
//! show two different names as the same one, or show a line that differs from its content.

use unicode_general_category::{GeneralCategory, get_general_category};

/// A character that a display text must not contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it has the invisible character U+{:04X} at position {position}; remove it", u32::from(*character))]
pub struct InvisibleCharacter {
    /// The character.
    pub character: char,
    /// The position in the text, in characters, counted from 1.
    pub position: usize,
}

/// Whether a character is a control character, one that only changes how others are shown (bidirectional controls,
/// zero-width characters), or a line or paragraph separator: the Unicode general categories Cc, Cf, Zl and Zp.
#[must_use]
pub fn is_invisible(character: char) -> bool {
    matches!(
        get_general_category(character),
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    )
}

/// Refuses a text that has an invisible character.
///
/// Texts that are older than this rule may contain some, so check only texts that are about to be written.
///
/// # Errors
/// The first [`InvisibleCharacter`].
pub fn check_visible(text: &str) -> Result<(), InvisibleCharacter> {
    match text.chars().enumerate().find(|(_, character)| is_invisible(*character)) {
        None => Ok(()),
        Some((index, character)) => Err(InvisibleCharacter { character, position: index + 1 }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_marks_symbols_and_spaces_are_visible() {
        for text in ["", "crm", "Ünïcode 名前 عربي עברית", "a\u{301}", "a\u{a0}b", "€ ✓ 😀 — …"]
        {
            assert_eq!(check_visible(text), Ok(()), "{text:?}");
        }
    }

    #[test]
    fn controls_formats_and_line_separators_are_invisible() {
        let directions = ('\u{202a}'..='\u{202e}').chain('\u{2066}'..='\u{2069}').chain(['\u{61c}']);
        let zero_width = ('\u{200b}'..='\u{200f}').chain(['\u{2060}', '\u{feff}', '\u{ad}', '\u{180e}']);
        let others = ['\0', '\n', '\u{1b}', '\u{7f}', '\u{9b}', '\u{2028}', '\u{2029}', '\u{e0041}'];
        for character in directions.chain(zero_width).chain(others) {
            let refused = check_visible(&format!("é{character}b"));
            assert_eq!(refused, Err(InvisibleCharacter { character, position: 2 }), "{character:?}");
        }
    }

    #[test]
    fn an_error_names_the_character_and_its_position() {
        assert_eq!(
            check_visible("ab\u{202e}").unwrap_err().to_string(),
            "it has the invisible character U+202E at position 3; remove it"
        );
    }
}
