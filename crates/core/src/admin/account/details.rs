//! The rules for what people note about an account.

use jeton_admin::error::InvalidRequest;
use jeton_admin::request::AccountUpdate;

use crate::admin::AdminError;
use crate::admin::texts::check_text;
use crate::model::AccountDetails;

/// Checks the texts. Labels are checked by their type.
///
/// # Errors
/// [`AdminError::Invalid`] if a text is too long or has an invisible character.
pub(super) fn check_details(details: &AccountDetails) -> Result<(), AdminError> {
    let texts = [
        ("the description", &details.description, LONGEST_DESCRIPTION),
        ("the owner", &details.owner, LONGEST_OWNER),
    ];
    for (what, text, limit) in texts {
        let Some(text) = text else { continue };
        check_text(what, text)?;
        if text.chars().count() > limit {
            return Err(InvalidRequest::LongText { what, limit }.into());
        }
    }
    Ok(())
}

/// Applies the part of `update` that changes notes.
///
/// # Errors
/// As [`check_details`], and if there are too many labels.
pub(super) fn change_details(details: &mut AccountDetails, update: &AccountUpdate) -> Result<(), AdminError> {
    update.description.clone().apply_to(&mut details.description);
    update.owner.clone().apply_to(&mut details.owner);
    let labels = details.labels.changed(&update.set_labels, &update.remove_labels);
    details.labels = labels.map_err(InvalidRequest::Label)?;
    check_details(details)
}

const LONGEST_DESCRIPTION: usize = 300;
const LONGEST_OWNER: usize = 100;
