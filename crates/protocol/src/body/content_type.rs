//! Selects the body parser by content type.
//!
//! The media type alone decides: its parameters, including a charset, are ignored. For a body of the other type the
//! error names the header that it needs.

use crate::body::{form, json, mislabelled};
use crate::parameters::limits::MAX_BODY_BYTES;
use crate::{Malformed, Parameters};

/// Parses the body of a request to an OAuth endpoint.
///
/// `content_type` is the unparsed header value.
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
        mislabelled::explain_json_sent_as_form(form::parse(body), body)
    } else if media_type.eq_ignore_ascii_case(JSON) {
        mislabelled::explain_form_sent_as_json(json::parse(body), body)
    } else if media_type.is_empty() {
        Err(Malformed::NoContentType)
    } else {
        Err(Malformed::UnsupportedContentType)
    }
}

const FORM: &[u8] = b"application/x-www-form-urlencoded";
const JSON: &[u8] = b"application/json";
