//! A body of the type `application/json`: one flat object.
//!
//! It decides how members become parameters: known ones are strings, `resource` may be an array of them, `null` is
//! absent, unknown ones may be anything. A byte order mark in front is skipped.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use zeroize::Zeroizing;

use crate::{
    Malformed, Parameters, Subject,
    parameters::{Gathering, Known},
    without_bom,
};

/// Reads the object; the caller has checked the body's size.
pub(crate) fn parse(body: &[u8]) -> Result<Parameters, Malformed> {
    // serde_json does not look at the bytes of strings that it skips.
    let text = str::from_utf8(without_bom(body)).map_err(|_| Malformed::NotUtf8(Subject::Body))?;
    let mut reading = Reading { gathering: Gathering::default(), fault: None };
    let mut json = serde_json::Deserializer::from_str(text);
    let read = json.deserialize_map(Object(&mut reading)).and_then(|()| json.end());
    match (reading.fault, read) {
        (Some(fault), _) => Err(fault),
        (None, Err(_)) => Err(Malformed::NotAJsonObject),
        (None, Ok(())) => Ok(reading.gathering.finish()),
    }
}

/// What is read so far, and what was wrong with it: serde's own errors carry only text.
struct Reading {
    gathering: Gathering,
    fault: Option<Malformed>,
}

impl Reading {
    fn check<E: de::Error>(&mut self, result: Result<(), Malformed>) -> Result<(), E> {
        result.map_err(|malformed| self.fail(malformed))
    }

    fn fail<E: de::Error>(&mut self, malformed: Malformed) -> E {
        self.fault = Some(malformed);
        E::custom("refused")
    }
}

struct Object<'a>(&'a mut Reading);

impl<'de> Visitor<'de> for Object<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Self(reading) = self;
        while let Some(name) = members.next_key::<String>()?.map(Zeroizing::new) {
            let counted = reading.gathering.count_one();
            reading.check(counted)?;
            let noted = reading.gathering.note(&name);
            reading.check(noted)?;
            match Known::find(&name) {
                Some(known) => members.next_value_seed(Value { reading, known, in_array: false })?,
                None => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// The value of a known member, or one entry of the array of `resource`.
struct Value<'a> {
    reading: &'a mut Reading,
    known: Known,
    in_array: bool,
}

impl Value<'_> {
    fn refuse<E: de::Error>(self) -> E {
        let malformed = match self.known {
            Known::Resource => Malformed::ResourceNotStrings,
            known => Malformed::NotAString(known.subject()),
        };
        self.reading.fail(malformed)
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
        let kept = self.reading.gathering.keep(self.known, Zeroizing::new(value.to_owned()));
        self.reading.check(kept)
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        if self.in_array { Err(self.refuse()) } else { Ok(()) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        if self.known != Known::Resource || self.in_array {
            return Err(self.refuse());
        }
        let reading = self.reading;
        let mut first = true;
        while entries.next_element_seed(Value { reading, known: self.known, in_array: true })?.is_some() {
            // The member itself is counted already, so the first entry is free.
            if !first {
                let counted = reading.gathering.count_one();
                reading.check(counted)?;
            }
            first = false;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<(), A::Error> {
        Err(self.refuse())
    }

    fn visit_bool<E: de::Error>(self, _: bool) -> Result<(), E> {
        Err(self.refuse())
    }

    fn visit_i64<E: de::Error>(self, _: i64) -> Result<(), E> {
        Err(self.refuse())
    }

    fn visit_u64<E: de::Error>(self, _: u64) -> Result<(), E> {
        Err(self.refuse())
    }

    fn visit_f64<E: de::Error>(self, _: f64) -> Result<(), E> {
        Err(self.refuse())
    }
}
