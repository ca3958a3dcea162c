//! Durations in human-readable form (`"90s"`, `"15m"`), and the bounds of individual keys.
//!
//! Must not know which key it reads.

use std::ops::RangeInclusive;
use std::time::Duration;

use serde::{Deserialize, Deserializer, de::Error};

/// Any duration; zero turns the feature off.
pub(in crate::config) fn any<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    if has_ambiguous_unit(&text) {
        return Err(D::Error::custom(AMBIGUOUS_UNIT));
    }
    humantime::parse_duration(&text).map_err(|_| D::Error::custom(NOT_A_DURATION))
}

/// Whether the text has the unit `M`: `humantime` reads it as months, many people mean minutes.
#[must_use]
pub fn has_ambiguous_unit(text: &str) -> bool {
    text.split(|character: char| !character.is_alphabetic()).any(|unit| unit == "M")
}

/// The error for [`has_ambiguous_unit`].
pub const AMBIGUOUS_UNIT: &str =
    "has the unit M, which can mean month or minute; use m for minutes, or days such as 30d";

/// A duration above zero.
pub(in crate::config) fn positive<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let duration = any(deserializer)?;
    if duration.is_zero() {
        Err(D::Error::custom("must be longer than 0; use, for example, \"10s\""))
    } else {
        Ok(duration)
    }
}

/// A duration within these bounds; `problem` says which they are.
pub(in crate::config) fn within<'de, D: Deserializer<'de>>(
    deserializer: D,
    bounds: RangeInclusive<Duration>,
    problem: &str,
) -> Result<Duration, D::Error> {
    let duration = any(deserializer)?;
    if bounds.contains(&duration) { Ok(duration) } else { Err(D::Error::custom(problem)) }
}

/// A token's lifetime: whole seconds, because `exp` and `expires_in` are; from 1 s to 24 h.
pub(in crate::config) fn token_lifetime<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Duration, D::Error> {
    let duration = any(deserializer)?;
    let whole = duration.subsec_nanos() == 0;
    if whole && (Duration::from_secs(1)..=LONGEST_TOKEN_LIFETIME).contains(&duration) {
        Ok(duration)
    } else {
        Err(D::Error::custom("must be whole seconds from 1s to 24h; use, for example, \"1h\""))
    }
}

const LONGEST_TOKEN_LIFETIME: Duration = Duration::from_hours(24);

const NOT_A_DURATION: &str =
    "is not a duration; use a number and a unit, for example, \"90s\", \"15m\" or \"1h\"";
