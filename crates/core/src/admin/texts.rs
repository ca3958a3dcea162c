//! The rule for every text that an administrator chooses and that is stored: names, labels, what scopes are said to allow.
//!
//! It is asked where such a text is written, and nowhere where one is read: what was stored before the rule stays usable.

use super::AdminError;
use crate::model::check_visible;

/// # Errors
/// [`AdminError::Invalid`] when the text has an invisible character.
pub(super) fn check_text(what: &str, text: &str) -> Result<(), AdminError> {
    check_visible(text)
        .map_err(|found| AdminError::Invalid(format!("{what} {text:?} is not usable: {found}")))
}
