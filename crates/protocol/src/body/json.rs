//! Parses a body of the type `application/json`: one flat object.
//!
//! This module decides how members become parameters: a known member is a string, `resource` may be an array of
//! strings, `null` is absent, and an unknown member may have any value. A leading byte order mark is skipped.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use zeroize::Zeroizing;

use crate::parameters::{KnownParameter, ParameterCollector};
use crate::{Malformed, Parameters, RequestPart, without_bom};

/// Parses the object. The caller must have checked the size of the body.
pub(crate) fn parse(body: &[u8]) -> Result<Parameters, Malformed> {
    // serde_json does not check that skipped strings are UTF-8.
    let text = str::from_utf8(without_bom(body)).map_err(|_| Malformed::NotUtf8(RequestPart::Body))?;
    let mut reader = ObjectReader { collector: ParameterCollector::default(), error: None };
    let mut json = serde_json::Deserializer::from_str(text);
    let read = json.deserialize_map(Object(&mut reader)).and_then(|()| json.end());
    match (reader.error, read) {
        (Some(error), _) => Err(error),
        (None, Err(_)) => Err(Malformed::NotAJsonObject),
        (None, Ok(())) => Ok(reader.collector.finish()),
    }
}

/// The parameters so far, and the first error: serde's own errors carry only text.
struct ObjectReader {
    collector: ParameterCollector,
    error: Option<Malformed>,
}

impl ObjectReader {
    fn check<E: de::Error>(&mut self, result: Result<(), Malformed>) -> Result<(), E> {
        result.map_err(|malformed| self.fail(malformed))
    }

    fn fail<E: de::Error>(&mut self, malformed: Malformed) -> E {
        self.error = Some(malformed);
        E::custom("rejected")
    }
}

struct Object<'a>(&'a mut ObjectReader);

impl<'de> Visitor<'de> for Object<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Self(reader) = self;
        while let Some(name) = members.next_key::<String>()?.map(Zeroizing::new) {
            let counted = reader.collector.count_one();
            reader.check(counted)?;
            let known = KnownParameter::find(&name);
            let recorded = match known {
                Some(known) => reader.collector.record_known(known),
                None => reader.collector.record_unknown(&name),
            };
            reader.check(recorded)?;
            match known {
                Some(known) => members.next_value_seed(Value { reader, known, in_array: false })?,
                None => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// The value of a known member, or one entry of a `resource` array.
struct Value<'a> {
    reader: &'a mut ObjectReader,
    known: KnownParameter,
    in_array: bool,
}

impl Value<'_> {
    fn wrong_type<E: de::Error>(self) -> E {
        let malformed = match self.known {
            KnownParameter::Resource => Malformed::ResourceNotStrings,
            known => Malformed::NotAString(known.part()),
        };
        self.reader.fail(malformed)
    }
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or null")
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<(), E> {
        let stored = self.reader.collector.store(self.known, Zeroizing::new(value.to_owned()));
        self.reader.check(stored)
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        if self.in_array { Err(self.wrong_type()) } else { Ok(()) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        if self.known != KnownParameter::Resource || self.in_array {
            return Err(self.wrong_type());
        }
        let reader = self.reader;
        let mut first = true;
        while entries.next_element_seed(Value { reader, known: self.known, in_array: true })?.is_some() {
            // The member itself was counted already, so the first entry is not counted again.
            if !first {
                let counted = reader.collector.count_one();
                reader.check(counted)?;
            }
            first = false;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        Err(self.wrong_type())
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<(), E> {
        Err(self.wrong_type())
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<(), E> {
        Err(self.wrong_type())
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<(), E> {
        Err(self.wrong_type())
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<(), E> {
        Err(self.wrong_type())
    }
}
