//! Settings as a serde data format, so that each table is a struct that derives `Deserialize`.
//!
//! Decides which key and which setter an error belongs to. Must not know the file or what an operator can do.

use std::collections::btree_map;

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IntoDeserializer as _, MapAccess, SeqAccess, Unexpected,
    Visitor,
};
use serde::forward_to_deserialize_any;

use super::fault::Fault;
use super::setting::{Setting, Value};

impl<'de> Deserializer<'de> for &'de Setting {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.value {
            Value::Boolean(value) => visitor.visit_bool(*value),
            Value::Integer(value) => visitor.visit_i64(*value),
            Value::Float(value) => visitor.visit_f64(*value),
            Value::Text(text) => visitor.visit_borrowed_str(text),
            Value::Date => Err(Fault::invalid_type(Unexpected::Other("a date"), &visitor)),
            Value::List(items) => visitor.visit_seq(Items(items.iter().enumerate())),
            Value::Table(entries) => visitor.visit_map(Entries { rest: entries.iter(), current: None }),
        }
    }

    /// Every value that was set is a value: TOML has no null.
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct Items<'de>(std::iter::Enumerate<std::slice::Iter<'de, Setting>>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        let Some((index, setting)) = self.0.next() else { return Ok(None) };
        seed.deserialize(setting).map(Some).map_err(|fault| fault.inside(&index.to_string(), &setting.setter))
    }
}

struct Entries<'de> {
    rest: btree_map::Iter<'de, String, Setting>,
    current: Option<(&'de String, &'de Setting)>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Fault;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        self.current = self.rest.next();
        let Some((key, setting)) = self.current else { return Ok(None) };
        let name = key.as_str().into_deserializer();
        seed.deserialize(name).map(Some).map_err(|fault: Fault| fault.inside(key, &setting.setter))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        let (key, setting) = self.current.ok_or_else(|| Fault::custom("has no value"))?;
        seed.deserialize(setting).map_err(|fault| fault.inside(key, &setting.setter))
    }
}
