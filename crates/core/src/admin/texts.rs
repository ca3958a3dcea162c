//! The rule for stored texts that an administrator chooses: names, labels and descriptions of scopes.
//!
//! Apply it only where such a text is written, never where one is read. Texts that are older than the rule stay usable.

use jeton_admin::error::InvalidRequest;

use super::AdminError;
use crate::model::check_visible;

/// Refuses a text with invisible characters.
///
/// # Errors
/// [`AdminError::Invalid`] if the text has an invisible character.
pub(super) fn check_text(what: &str, text: &str) -> Result<(), AdminError> {
    check_visible(text).map_err(|found| {
        let (what, text) = (what.to_owned(), text.to_owned());
        InvalidRequest::Text { what, text, found }.into()
    })
}
