//! PBKDF2-HMAC-SHA-256 hashes of other servers, in the two formats that are in use.
//!
//! Ory writes `$pbkdf2-sha256$i=25000,l=32$SALT$HASH` in plain base64, passlib `$pbkdf2-sha256$29000$SALT$HASH` with
//! `.` for `+`. Neither uses padding.

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2::{PBKDF2_HMAC_SHA256, verify};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// A parsed hash.
pub(super) struct Pbkdf2 {
    pub(super) iterations: NonZeroU32,
    pub(super) salt: Vec<u8>,
    pub(super) output: Vec<u8>,
}

impl Pbkdf2 {
    /// `None` if the text has neither format.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix(PREFIX)?.split('$');
        let (params, salt, output) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        match params.strip_prefix("i=") {
            Some(params) => {
                let (iterations, length) =
                    params.split_once(",l=").map_or((params, None), |(count, length)| (count, Some(length)));
                let parsed = Self::of(iterations, decoded(salt)?, decoded(output)?)?;
                let agrees = length.is_none_or(|length| number(length) == Some(parsed.output.len()));
                agrees.then_some(parsed)
            }
            None => Self::of(params, decoded_by_passlib(salt)?, decoded_by_passlib(output)?),
        }
    }

    /// Whether `secret` matches this hash. Compared in constant time.
    pub(super) fn matches(&self, secret: &str) -> bool {
        verify(PBKDF2_HMAC_SHA256, self.iterations, &self.salt, secret.as_bytes(), &self.output).is_ok()
    }

    fn of(iterations: &str, salt: Vec<u8>, output: Vec<u8>) -> Option<Self> {
        Some(Self { iterations: NonZeroU32::new(number(iterations)?)?, salt, output })
    }
}

fn number<N: std::str::FromStr>(digits: &str) -> Option<N> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    STANDARD_NO_PAD.decode(text).ok()
}

fn decoded_by_passlib(text: &str) -> Option<Vec<u8>> {
    if text.contains('+') { None } else { decoded(&text.replace('.', "+")) }
}

pub(super) const PREFIX: &str = "$pbkdf2-sha256$";
