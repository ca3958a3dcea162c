//! A body of one type under the content type of the other.
//!
//! It decides what such a body is told: without this, JSON that was sent as a form would read as one parameter with a
//! long name, and the caller would be told to add parameters that are there. A request that can be read is never refused.

use crate::{Malformed, Parameters, parameters::Known, percent::form_decode, without_bom};

/// What came of reading `body` as a form, with the better reason where it is JSON.
pub(crate) fn told_apart_from_json(
    read: Result<Parameters, Malformed>,
    body: &[u8],
) -> Result<Parameters, Malformed> {
    let is_understood = read.as_ref().is_ok_and(|parameters| !parameters.is_empty());
    if !is_understood && looks_like_json(body) { Err(Malformed::JsonSentAsForm) } else { read }
}

/// What came of reading `body` as JSON, with the better reason where it is a form.
pub(crate) fn told_apart_from_a_form(
    read: Result<Parameters, Malformed>,
    body: &[u8],
) -> Result<Parameters, Malformed> {
    if read.is_err() && looks_like_a_form(body) { Err(Malformed::FormSentAsJson) } else { read }
}

/// Only the start counts, so that JSON with a mistake in it is known too. Some programs percent-encode the whole text.
fn looks_like_json(body: &[u8]) -> bool {
    let text = without_bom(body).trim_ascii_start();
    let is_encoded = text.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(b"%7b"));
    text.starts_with(b"{") || (is_encoded && !text.contains(&b'='))
}

/// JSON begins with none of our names.
fn looks_like_a_form(body: &[u8]) -> bool {
    let first = without_bom(body).trim_ascii_start().split(|byte| *byte == b'&').next().unwrap_or_default();
    let Some(end) = first.iter().position(|byte| *byte == b'=') else { return false };
    form_decode(&first[..end]).is_ok_and(|name| Known::find(&name).is_some())
}
