//! The rule for stored texts that an administrator chooses: names, labels and descriptions of scopes.
//!
//! Apply it only where such a text is written, never where one is read. Texts that are older than the rule stay usable.

use super::AdminError;
use crate::model::check_visible;

/// Refuses a text with invisible characters.
///
/// # Errors
/// [`AdminError::Invalid`] if the text has an invisible character.
pub(super) fn check_text(what: &str, text: &str) -> Result<(), AdminError> {
    check_visible(text).map_err(|found| AdminError::Invalid(format!("{what} {text:?} is not valid: {found}")))
}
