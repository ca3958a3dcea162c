//! A body of the type `application/x-www-form-urlencoded`.
//!
//! It decides how pairs are found and decoded. Percent-encoded UTF-8, whatever charset the header claims.

use zeroize::Zeroizing;

use crate::{
    Malformed, Parameters, Subject,
    limits::MAX_VALUE_CHARS,
    parameters::{Gathering, Known, check, subject},
    percent::{Undecodable, form_decode},
};

/// Reads the pairs; the caller has checked the body's size.
pub(crate) fn parse(body: &[u8]) -> Result<Parameters, Malformed> {
    let mut gathering = Gathering::default();
    for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        gathering.count_one()?;
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let name = decode(halves.next().unwrap_or_default(), Subject::Other)?;
        check(&name, Subject::Other, MAX_VALUE_CHARS)?;
        let known = Known::find(&name);
        if known != Some(Known::Resource) {
            gathering.note(&name)?;
        }
        let value = decode(halves.next().unwrap_or_default(), subject(&name))?;
        match known {
            Some(known) => gathering.keep(known, value)?,
            None => check(&value, Subject::Other, MAX_VALUE_CHARS)?,
        }
    }
    Ok(gathering.finish())
}

fn decode(encoded: &[u8], subject: Subject) -> Result<Zeroizing<String>, Malformed> {
    form_decode(encoded).map_err(|reason| match reason {
        Undecodable::Escape => Malformed::BrokenEscape(subject),
        Undecodable::Utf8 => Malformed::NotUtf8(subject),
    })
}
