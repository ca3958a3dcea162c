//! A point in time in whole Unix seconds, the unit of every claim and every stored time.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Serialize, Serializer};
use thiserror::Error;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Whole seconds since 1970-01-01T00:00:00Z (RFC 7519 §2 `NumericDate`, without fractions).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The time `seconds` after the Unix epoch.
    #[must_use]
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the Unix epoch.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// This time plus the whole seconds of `by`; saturates instead of overflowing.
    #[must_use]
    pub fn after(self, by: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(by.as_secs()).unwrap_or(i64::MAX)))
    }

    /// This time minus the whole seconds of `by`; saturates instead of overflowing.
    #[must_use]
    pub fn before(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(by.as_secs()).unwrap_or(i64::MAX)))
    }

    /// The duration until `later`; zero if `later` is not later.
    #[must_use]
    pub fn until(self, later: Self) -> Duration {
        Duration::from_secs(u64::try_from(later.0.saturating_sub(self.0)).unwrap_or(0))
    }
}

/// RFC 3339 in UTC, for people and for `--format json`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match OffsetDateTime::from_unix_timestamp(self.0).map(|moment| moment.format(&Rfc3339)) {
            Ok(Ok(text)) => f.write_str(&text),
            _ => write!(f, "@{}", self.0),
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Why a text is no time.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not a time of RFC 3339, for example 2030-01-31T00:00:00Z")]
pub struct InvalidTimestamp;

/// RFC 3339 with any offset; fractions of a second are cut off.
impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        let moment = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| InvalidTimestamp)?;
        Ok(Self(moment.unix_timestamp()))
    }
}

deserialize_from_text!(Timestamp);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_displayed_as_rfc_3339_in_utc() {
        assert_eq!(Timestamp::from_unix(0).to_string(), "1970-01-01T00:00:00Z");
    }

    #[test]
    fn it_is_read_from_rfc_3339_with_any_offset() {
        for (text, seconds) in
            [("1970-01-01T00:00:01Z", 1), ("1970-01-01T01:00:01.9+01:00", 1), ("1969-12-31T23:59:59Z", -1)]
        {
            assert_eq!(text.parse(), Ok(Timestamp::from_unix(seconds)), "{text}");
        }
        for text in ["", "1970-01-01", "1970-01-01T00:00:00", "1", "2030-02-30T00:00:00Z"] {
            assert_eq!(text.parse::<Timestamp>(), Err(InvalidTimestamp), "{text}");
        }
    }

    #[test]
    fn adding_and_subtracting_saturate() {
        let end = Timestamp::from_unix(i64::MAX);
        assert_eq!(end.after(Duration::from_secs(1)), end);
        let start = Timestamp::from_unix(i64::MIN);
        assert_eq!(start.before(Duration::from_secs(1)), start);
    }
}
