//! A JSON body with the content type of a form, and the reverse.
//!
//! This module gives such a request a helpful error. Without it, JSON sent as a form would be parsed as one parameter
//! with a long name, and the error would ask for parameters that the body already has. A request that can be parsed is
//! never rejected here.

use crate::body::percent::form_decode;
use crate::parameters::KnownParameter;
use crate::{Malformed, Parameters, without_bom};

/// Replaces the result of parsing `body` as a form with a better error if it is JSON.
pub(crate) fn explain_json_sent_as_form(
    read: Result<Parameters, Malformed>,
    body: &[u8],
) -> Result<Parameters, Malformed> {
    let is_understood = read.as_ref().is_ok_and(|parameters| !parameters.is_empty());
    if !is_understood && looks_like_json(body) { Err(Malformed::JsonSentAsForm) } else { read }
}

/// Replaces the result of parsing `body` as JSON with a better error if it is a form.
pub(crate) fn explain_form_sent_as_json(
    read: Result<Parameters, Malformed>,
    body: &[u8],
) -> Result<Parameters, Malformed> {
    if read.is_err() && looks_like_a_form(body) { Err(Malformed::FormSentAsJson) } else { read }
}

/// Checks only the start, so that invalid JSON is recognised too. Some programs percent-encode the whole text.
fn looks_like_json(body: &[u8]) -> bool {
    let text = without_bom(body).trim_ascii_start();
    let is_encoded = text.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(b"%7b"));
    text.starts_with(b"{") || (is_encoded && !text.contains(&b'='))
}

/// Whether the first name is a known parameter: JSON never begins with one.
fn looks_like_a_form(body: &[u8]) -> bool {
    let first = without_bom(body).trim_ascii_start().split(|byte| *byte == b'&').next().unwrap_or_default();
    let Some(end) = first.iter().position(|byte| *byte == b'=') else { return false };
    form_decode(&first[..end]).is_ok_and(|name| KnownParameter::find(&name).is_some())
}
