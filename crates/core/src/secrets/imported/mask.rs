//! Recognises texts that hide a secret, or that stand for a secret that was never set.

/// Whether the text is a mask that a screen or an export shows in place of a secret, in whole or in part.
pub(super) fn is_mask(text: &str) -> bool {
    let word = letters_and_digits(text);
    is_one_character(text)
        || has_long_run(text)
        || text.contains(BULLETS)
        || word.contains("redacted")
        || MASK_WORDS.contains(&word.as_str())
}

/// Whether the text is a word that means "no value yet".
pub(super) fn is_unset_value(text: &str) -> bool {
    let word = letters_and_digits(text);
    UNSET_VALUES.contains(&word.as_str()) || UNSET_VALUE_PARTS.iter().any(|part| word.contains(part))
}

/// `********`, `xxxxxxxx-xxxx-xxxx`, and the UUID of zeros.
fn is_one_character(text: &str) -> bool {
    let mut characters = text.chars().filter(|character| !SEPARATORS.contains(character));
    let first = characters.next();
    text.chars().count() >= 3 && characters.all(|character| Some(character) == first)
}

/// `abcd********`. One in 10^12 random secrets of 64 letters and digits has such a run.
fn has_long_run(text: &str) -> bool {
    let (mut last, mut length) = (None, 0);
    for character in text.chars() {
        length = if last == Some(character) { length + 1 } else { 1 };
        last = Some(character);
        if length >= if character == '*' { 5 } else { 8 } {
            return true;
        }
    }
    false
}

fn letters_and_digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

const SEPARATORS: [char; 5] = ['-', '_', '.', ':', ' '];
const BULLETS: [char; 5] = ['•', '●', '·', '█', '…'];
const MASK_WORDS: [&str; 10] = [
    "hidden",
    "masked",
    "filtered",
    "sensitive",
    "sensitivevalue",
    "sensitivedata",
    "obfuscated",
    "sanitized",
    "removed",
    "protected",
];
/// Without their punctuation, in lower case.
const UNSET_VALUES: [&str; 24] = [
    "undefined",
    "null",
    "nil",
    "none",
    "nan",
    "true",
    "false",
    "empty",
    "unset",
    "notset",
    "notdefined",
    "notavailable",
    "missing",
    "unknown",
    "todo",
    "tbd",
    "fixme",
    "example",
    "dummy",
    "secret",
    "clientsecret",
    "myclientsecret",
    "clientsecrethere",
    "secrethere",
];
/// Parts that mark the whole text as an unset value, for example `CHANGE_ME_BEFORE_DEPLOYMENT`.
const UNSET_VALUE_PARTS: [&str; 8] = [
    "changeme",
    "changethis",
    "replaceme",
    "replacethis",
    "placeholder",
    "yourclientsecret",
    "yoursecret",
    "objectobject",
];
