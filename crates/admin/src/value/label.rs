//! Labels of accounts: short pairs of a key and a value, by which accounts are found.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{InvisibleCharacter, check_visible};

/// One label, written `KEY=VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// 1 to 64 ASCII letters, digits and `. _ - /`.
    pub key: String,
    /// Up to 64 visible characters.
    pub value: String,
}

/// The labels of an account, at most 16, by key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<String, String>", into = "BTreeMap<String, String>")]
pub struct Labels(BTreeMap<String, String>);

/// Which rule for labels is broken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidLabel {
    /// There is no `=`.
    #[error("a label is a key and a value, for example env=production")]
    NoValue,
    /// The key is not a valid key.
    #[error("the label key {0:?} must be 1 to 64 letters, digits, dots, hyphens, underscores or slashes")]
    Key(String),
    /// The value is too long.
    #[error("the value of the label {0} has more than 64 characters")]
    LongValue(String),
    /// The value has an invisible character.
    #[error("the value of the label {key} is not valid: {found}")]
    Value {
        /// The key.
        key: String,
        /// The character.
        found: InvisibleCharacter,
    },
    /// There are too many.
    #[error("an account has at most 16 labels; these are {0}")]
    TooMany(usize),
}

impl FromStr for Label {
    type Err = InvalidLabel;

    fn from_str(text: &str) -> Result<Self, InvalidLabel> {
        let (key, value) = text.split_once('=').ok_or(InvalidLabel::NoValue)?;
        check_key(key)?;
        check_value(key, value)?;
        Ok(Self { key: key.to_owned(), value: value.to_owned() })
    }
}

impl Labels {
    /// Sets labels and removes those of the keys in `removed`.
    ///
    /// # Errors
    /// [`InvalidLabel::TooMany`] if there are more than 16 then.
    pub fn changed(&self, set: &Self, removed: &BTreeSet<String>) -> Result<Self, InvalidLabel> {
        let mut all = self.0.clone();
        all.retain(|key, _| !removed.contains(key));
        all.extend(set.0.clone());
        Self::try_from(all)
    }

    /// Each key with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<BTreeMap<String, String>> for Labels {
    type Error = InvalidLabel;

    fn try_from(labels: BTreeMap<String, String>) -> Result<Self, InvalidLabel> {
        if labels.len() > MOST_LABELS {
            return Err(InvalidLabel::TooMany(labels.len()));
        }
        for (key, value) in &labels {
            check_key(key)?;
            check_value(key, value)?;
        }
        Ok(Self(labels))
    }
}

impl TryFrom<Vec<Label>> for Labels {
    type Error = InvalidLabel;

    /// Of several labels with one key the last counts.
    fn try_from(labels: Vec<Label>) -> Result<Self, InvalidLabel> {
        Self::try_from(labels.into_iter().map(|label| (label.key, label.value)).collect::<BTreeMap<_, _>>())
    }
}

impl From<Labels> for BTreeMap<String, String> {
    fn from(labels: Labels) -> Self {
        labels.0
    }
}

fn check_key(key: &str) -> Result<(), InvalidLabel> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
    if (1..=LONGEST).contains(&key.len()) && key.bytes().all(is_allowed) {
        Ok(())
    } else {
        Err(InvalidLabel::Key(key.to_owned()))
    }
}

fn check_value(key: &str, value: &str) -> Result<(), InvalidLabel> {
    if value.chars().count() > LONGEST {
        return Err(InvalidLabel::LongValue(key.to_owned()));
    }
    check_visible(value).map_err(|found| InvalidLabel::Value { key: key.to_owned(), found })
}

const MOST_LABELS: usize = 16;
const LONGEST: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_split_at_its_first_equals_sign() {
        let label: Label = "team/owner=a=b c".parse().unwrap();
        assert_eq!((label.key.as_str(), label.value.as_str()), ("team/owner", "a=b c"));
        assert_eq!("env=".parse::<Label>().unwrap().value, "");
    }

    #[test]
    fn keys_and_values_are_short_and_readable() {
        assert_eq!("env".parse::<Label>(), Err(InvalidLabel::NoValue));
        for key in ["", "a b", "$", "é", &"k".repeat(65)] {
            assert_eq!(format!("{key}=v").parse::<Label>(), Err(InvalidLabel::Key(key.to_owned())), "{key}");
        }
        assert!(format!("{}=v", "k".repeat(64)).parse::<Label>().is_ok());
        assert!(format!("k={}", "é".repeat(64)).parse::<Label>().is_ok());
        assert_eq!(
            format!("k={}", "é".repeat(65)).parse::<Label>(),
            Err(InvalidLabel::LongValue("k".to_owned()))
        );
        assert!(matches!("k=a\u{202e}".parse::<Label>(), Err(InvalidLabel::Value { .. })));
    }

    #[test]
    fn there_are_at_most_sixteen() {
        let many =
            |count: usize| (0..count).map(|n| (format!("k{n}"), String::new())).collect::<BTreeMap<_, _>>();
        let full = Labels::try_from(many(16)).unwrap();
        assert_eq!(Labels::try_from(many(17)), Err(InvalidLabel::TooMany(17)));
        let one = Labels::try_from(vec!["new=1".parse::<Label>().unwrap()]).unwrap();
        assert_eq!(full.changed(&one, &BTreeSet::new()), Err(InvalidLabel::TooMany(17)));
        let changed = full.changed(&one, &BTreeSet::from(["k3".to_owned()])).unwrap();
        assert_eq!(changed.iter().count(), 16);
        assert!(changed.iter().all(|(key, _)| key != "k3"));
    }

    #[test]
    fn labels_are_a_json_object_of_texts_and_are_checked_when_read() {
        let labels: Labels = serde_json::from_str(r#"{"env":"prod"}"#).unwrap();
        assert_eq!(serde_json::to_string(&labels).unwrap(), r#"{"env":"prod"}"#);
        assert!(serde_json::from_str::<Labels>(r#"{"a b":"prod"}"#).is_err());
    }
}
