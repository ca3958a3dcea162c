//! A time on the command line: absolute, or relative to now.

use std::str::FromStr;
use std::time::{Duration, UNIX_EPOCH};

use jeton_core::model::Timestamp;
use jeton_server::config::{AMBIGUOUS_UNIT, has_ambiguous_unit};

use super::values;

/// A time as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    At(Timestamp),
    Ago(Duration),
}

impl Moment {
    /// The absolute time, for a current time of `now`.
    pub(crate) fn relative_to(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(moment) => moment,
            Self::Ago(ago) => {
                let seconds = i64::try_from(ago.as_secs()).unwrap_or(i64::MAX);
                Timestamp::from_unix(now.unix().saturating_sub(seconds))
            }
        }
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if has_ambiguous_unit(text) {
            return Err(AMBIGUOUS_UNIT.to_owned());
        }
        if let Ok(ago) = values::any_duration(text) {
            return Ok(Self::Ago(ago));
        }
        let is_date = text.len() == "2026-11-24".len();
        let time = if is_date { format!("{text}T00:00:00Z") } else { text.to_owned() };
        let moment = humantime::parse_rfc3339_weak(&time).ok().and_then(|time| {
            let seconds = time.duration_since(UNIX_EPOCH).ok()?.as_secs();
            i64::try_from(seconds).ok()
        });
        moment.map(|seconds| Self::At(Timestamp::from_unix(seconds))).ok_or_else(|| {
            "not a time; use, for example, 2026-11-24T05:00:00Z, 2026-11-24, or how long ago: 90s, 12h, 30d"
                .to_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_time_a_day_or_how_long_ago() {
        let at = |seconds| Ok(Moment::At(Timestamp::from_unix(seconds)));
        assert_eq!("1970-01-02T00:00:01Z".parse(), at(86_401));
        assert_eq!("1970-01-02 00:00:01".parse(), at(86_401));
        assert_eq!("1970-01-02".parse(), at(86_400));
        let ago: Moment = "2h".parse().unwrap();
        assert_eq!(ago.relative_to(Timestamp::from_unix(10_000)), Timestamp::from_unix(2_800));
        for text in ["", "yesterday", "2026-13-01", "1969-12-31", "2026-11-2X", "12"] {
            assert!(text.parse::<Moment>().is_err(), "{text}");
        }
        assert!("3M".parse::<Moment>().unwrap_err().contains("month or minute"));
    }
}
