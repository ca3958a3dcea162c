//! Parses a body of the type `application/x-www-form-urlencoded`.
//!
//! This module splits and decodes the pairs. The encoding is always UTF-8; a charset in the header is ignored.

use zeroize::Zeroizing;

use crate::body::percent::{Undecodable, form_decode};
use crate::parameters::limits::MAX_VALUE_CHARS;
use crate::parameters::{KnownParameter, ParameterCollector, check, part};
use crate::{Malformed, Parameters, RequestPart};

/// Parses the pairs. The caller must have checked the size of the body.
pub(crate) fn parse(body: &[u8]) -> Result<Parameters, Malformed> {
    let mut collector = ParameterCollector::default();
    for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        collector.count_one()?;
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let name = decode(halves.next().unwrap_or_default(), RequestPart::Other)?;
        check(&name, RequestPart::Other, MAX_VALUE_CHARS)?;
        let known = KnownParameter::find(&name);
        if known != Some(KnownParameter::Resource) {
            collector.record_name(&name)?;
        }
        let value = decode(halves.next().unwrap_or_default(), part(&name))?;
        match known {
            Some(known) => collector.store(known, value)?,
            None => check(&value, RequestPart::Other, MAX_VALUE_CHARS)?,
        }
    }
    Ok(collector.finish())
}

fn decode(encoded: &[u8], part: RequestPart) -> Result<Zeroizing<String>, Malformed> {
    form_decode(encoded).map_err(|reason| match reason {
        Undecodable::Escape => Malformed::BrokenEscape(part),
        Undecodable::Utf8 => Malformed::NotUtf8(part),
    })
}
