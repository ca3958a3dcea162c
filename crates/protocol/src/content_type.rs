//! Which of the two body types a request has.
//!
//! It decides by the media type alone: parameters, a charset among them, are ignored. A body of the other type is refused
//! with the header that it needs.

use crate::{Malformed, Parameters, form, json, limits::MAX_BODY_BYTES, mislabelled};

/// Reads the body of a request to an OAuth endpoint.
///
/// `content_type` is the header's value as it came.
///
/// # Errors
/// [`Malformed`], in time linear in the size of the body.
pub fn parse_body(content_type: Option<&[u8]>, body: &[u8]) -> Result<Parameters, Malformed> {
    let content_type = content_type.ok_or(Malformed::NoContentType)?;
    if body.len() > MAX_BODY_BYTES {
        return Err(Malformed::BodyTooLarge);
    }
    let media_type = content_type.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
    if media_type.eq_ignore_ascii_case(FORM) {
        mislabelled::told_apart_from_json(form::parse(body), body)
    } else if media_type.eq_ignore_ascii_case(JSON) {
        mislabelled::told_apart_from_a_form(json::parse(body), body)
    } else if media_type.is_empty() {
        Err(Malformed::NoContentType)
    } else {
        Err(Malformed::UnsupportedContentType)
    }
}

const FORM: &[u8] = b"application/x-www-form-urlencoded";
const JSON: &[u8] = b"application/json";
