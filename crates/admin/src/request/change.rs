//! How an update treats one optional setting: keep it, remove it or replace it.
//!
//! In JSON a member that is absent keeps the setting, and `null` removes it.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What happens to an optional setting in an update.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// The setting stays as it is.
    #[default]
    Keep,
    /// The setting is removed; its default applies.
    Clear,
    /// The setting gets this value.
    Set(T),
}

impl<T> Change<T> {
    /// Whether the setting stays as it is.
    #[must_use]
    pub fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// The new value, if there is one.
    pub fn new_value(&self) -> Option<&T> {
        match self {
            Self::Keep | Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    /// The same change with a new value made from this one.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Change<U> {
        match self {
            Self::Keep => Change::Keep,
            Self::Clear => Change::Clear,
            Self::Set(value) => Change::Set(make(value)),
        }
    }

    /// Applies the change to `setting`.
    pub fn apply_to(self, setting: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Clear => *setting = None,
            Self::Set(value) => *setting = Some(value),
        }
    }
}

/// `None` clears the setting.
impl<T> From<Option<T>> for Change<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Clear, Self::Set)
    }
}

/// Skip the member if the setting [is kept](Change::is_keep): it would read as cleared.
impl<T: Serialize> Serialize for Change<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.new_value().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::request::{AccountUpdate, Change};

    #[test]
    fn a_change_keeps_clears_or_sets_a_setting() {
        for (change, expected) in [(Change::Keep, Some(1)), (Change::Clear, None), (Change::Set(2), Some(2))]
        {
            let mut setting = Some(1);
            change.apply_to(&mut setting);
            assert_eq!(setting, expected, "{change:?}");
        }
    }

    #[test]
    fn json_tells_a_setting_that_is_kept_from_one_that_is_cleared() {
        let json = r#"{"token_ttl":null,"expires_in":60}"#;
        let update: AccountUpdate = serde_json::from_str(json).unwrap();
        assert_eq!(update.token_ttl, Change::Clear);
        assert_eq!(update.expires_in, Change::Set(Duration::from_mins(1)));
        assert_eq!(update.default_resource, Change::Keep);
        let written = serde_json::to_value(&update).unwrap();
        assert!(written.get("default_resource").is_none() && written["token_ttl"].is_null(), "{written}");
        assert_eq!(written["expires_in"], 60);
    }
}
