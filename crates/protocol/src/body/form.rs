//! Parses a body of the type `application/x-www-form-urlencoded`.
//!
//! This module splits and decodes the pairs. The encoding is always UTF-8; a charset in the header is ignored.

use zeroize::Zeroizing;

use crate::body::percent::{Undecodable, form_decode};
use crate::parameters::limits::MAX_VALUE_CHARS;
use crate::parameters::{KnownParameter, ParameterCollector, check};
use crate::{Malformed, Parameters, RequestPart};

/// Parses the pairs. The caller must have checked the size of the body.
pub(crate) fn parse(body: &[u8]) -> Result<Parameters, Malformed> {
    let mut collector = ParameterCollector::default();
    for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        collector.count_one()?;
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let known = record_name(&mut collector, halves.next().unwrap_or_default())?;
        let part = known.map_or(RequestPart::Other, KnownParameter::part);
        let value = decode(halves.next().unwrap_or_default(), part)?;
        match known {
            Some(known) => collector.store(known, value)?,
            None => check(&value, RequestPart::Other, MAX_VALUE_CHARS)?,
        }
    }
    Ok(collector.finish())
}

/// Records a name. `resource` may occur several times (RFC 8707 §2).
fn record_name(
    collector: &mut ParameterCollector,
    encoded: &[u8],
) -> Result<Option<KnownParameter>, Malformed> {
    // Almost every name is a known one without an escape, which needs no copy.
    let mut known = str::from_utf8(encoded).ok().and_then(KnownParameter::find);
    if known.is_none() {
        let name = decode(encoded, RequestPart::Other)?;
        check(&name, RequestPart::Other, MAX_VALUE_CHARS)?;
        known = KnownParameter::find(&name);
        if known.is_none() {
            collector.record_unknown(&name)?;
        }
    }
    if let Some(known) = known.filter(|known| *known != KnownParameter::Resource) {
        collector.record_known(known)?;
    }
    Ok(known)
}

fn decode(encoded: &[u8], part: RequestPart) -> Result<Zeroizing<String>, Malformed> {
    form_decode(encoded).map_err(|reason| match reason {
        Undecodable::Escape => Malformed::BrokenEscape(part),
        Undecodable::Utf8 => Malformed::NotUtf8(part),
    })
}
