//! Converts between times and the values of `timestamptz` columns.

use jeton_core::model::Timestamp;
use time::OffsetDateTime;

/// The value of a column. A time outside the years 1 to 9999 becomes the nearest one inside, so that a bound that no
/// stored time reaches stays such a bound.
pub(crate) fn moment(at: Timestamp) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(in_range(at)).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// As [`moment`], in Unix seconds.
pub(crate) fn in_range(at: Timestamp) -> i64 {
    at.unix().clamp(EARLIEST, LATEST)
}

/// The time of a column.
pub(crate) fn timestamp(moment: OffsetDateTime) -> Timestamp {
    Timestamp::from_unix(moment.unix_timestamp())
}

/// 0001-01-01T00:00:00Z.
const EARLIEST: i64 = -62_135_596_800;
/// 9999-12-31T23:59:59Z.
const LATEST: i64 = 253_402_300_799;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_has_a_column_value_and_those_of_four_digit_years_are_exact() {
        for seconds in [EARLIEST, -1, 0, 1_795_000_000, LATEST] {
            assert_eq!(timestamp(moment(Timestamp::from_unix(seconds))).unix(), seconds);
        }
        for (far, nearest) in [(i64::MIN, EARLIEST), (i64::MAX, LATEST)] {
            assert_eq!(timestamp(moment(Timestamp::from_unix(far))).unix(), nearest);
        }
    }
}
