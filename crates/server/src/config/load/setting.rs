//! The values of all layers in one tree. Each value knows where it was set.
//!
//! Decides that a later layer replaces the values of an earlier one, and that tables are merged.
//! Must not know which keys exist, nor the types of their values.

use std::collections::BTreeMap;

/// A value and its setter.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    pub(super) value: Value,
    pub(super) setter: Setter,
}

/// A value whose type is not checked.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    /// A date or a time. No key has one.
    Date,
    List(Vec<Setting>),
    Table(BTreeMap<String, Setting>),
}

/// Where a value was set. Errors name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Setter {
    /// The file, or the default if there is no file.
    Base,
    /// A variable or an option, by its name.
    Named(String),
}

impl Setting {
    /// Values from a file.
    pub(super) fn from_file(value: toml::Value) -> Self {
        let value = match value {
            toml::Value::Boolean(value) => Value::Boolean(value),
            toml::Value::Integer(value) => Value::Integer(value),
            toml::Value::Float(value) => Value::Float(value),
            toml::Value::String(text) => Value::Text(text),
            toml::Value::Datetime(_) => Value::Date,
            toml::Value::Array(items) => Value::List(items.into_iter().map(Self::from_file).collect()),
            toml::Value::Table(entries) => {
                Value::Table(entries.into_iter().map(|(key, value)| (key, Self::from_file(value))).collect())
            }
        };
        Self { value, setter: Setter::Base }
    }

    /// A table without entries.
    pub(super) fn empty() -> Self {
        Self { value: Value::Table(BTreeMap::new()), setter: Setter::Base }
    }

    /// The setting of `key`, for example, `limits.per`.
    pub(super) fn find(&self, key: &str) -> Option<&Self> {
        key.split('.').try_fold(self, |setting, part| match &setting.value {
            Value::Table(entries) => entries.get(part),
            Value::List(items) => items.get(part.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// Who set `key`, or else the table that it would be in.
    pub(super) fn setter_of(&self, key: &str) -> &Setter {
        match (self.find(key), key.rsplit_once('.')) {
            (Some(setting), _) => &setting.setter,
            (None, Some((parent, _))) => self.setter_of(parent),
            (None, None) => &Setter::Base,
        }
    }

    /// Sets `key` to `value` in the name of a variable or an option. Also the tables around it get this name, so that
    /// an error about a whole table names its last setter.
    pub(super) fn set(&mut self, key: &str, value: Value, name: &str) {
        let setter = Setter::Named(name.to_owned());
        let mut place = self;
        for part in key.split('.') {
            if !matches!(place.value, Value::Table(_)) {
                place.value = Value::Table(BTreeMap::new());
            }
            let Value::Table(entries) = &mut place.value else { return };
            place = entries.entry(part.to_owned()).or_insert_with(Self::empty);
            place.setter = setter.clone();
        }
        *place = value.set_by(setter);
    }
}

impl Value {
    /// A list of strings.
    pub(super) fn texts<'a>(items: impl IntoIterator<Item = &'a str>) -> Self {
        let setting = |text: &str| Self::Text(text.to_owned()).set_by(Setter::Base);
        Self::List(items.into_iter().map(setting).collect())
    }

    /// A table of strings.
    pub(super) fn table<'a>(entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let setting = |text: &str| Self::Text(text.to_owned()).set_by(Setter::Base);
        Self::Table(entries.into_iter().map(|(key, text)| (key.to_owned(), setting(text))).collect())
    }

    /// This value and everything in it, set by `setter`.
    pub(super) fn set_by(self, setter: Setter) -> Setting {
        let inner = |setting: Setting| setting.value.set_by(setter.clone());
        let value = match self {
            Self::List(items) => Self::List(items.into_iter().map(inner).collect()),
            Self::Table(entries) => {
                Self::Table(entries.into_iter().map(|(key, setting)| (key, inner(setting))).collect())
            }
            plain => plain,
        };
        Setting { value, setter }
    }
}
