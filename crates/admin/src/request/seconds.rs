//! Durations as whole seconds, the unit of every duration in requests and views.

use std::time::Duration;

use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

#[expect(clippy::ref_option, reason = "serde passes a reference to the field")]
pub(super) fn serialize<S: Serializer>(duration: &Option<Duration>, to: S) -> Result<S::Ok, S::Error> {
    duration.map(|duration| duration.as_secs()).serialize(to)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
    Ok(Option::<u64>::deserialize(from)?.map(Duration::from_secs))
}

/// The same for a duration that is always given.
pub(super) mod required {
    use super::{Deserializer, Duration, Serializer};
    use serde::{Deserialize as _, Serialize as _};

    pub(in crate::request) fn serialize<S: Serializer>(
        duration: &Duration,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        duration.as_secs().serialize(to)
    }

    pub(in crate::request) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_secs)
    }
}

/// The same for a setting that an update may keep.
pub(super) mod change {
    use super::{Deserializer, Duration, Serializer};
    use crate::request::Change;

    pub(in crate::request) fn serialize<S: Serializer>(
        change: &Change<Duration>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        super::serialize(&change.new_value().copied(), to)
    }

    pub(in crate::request) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Change<Duration>, D::Error> {
        super::deserialize(from).map(Change::from)
    }
}
