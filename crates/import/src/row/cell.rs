//! The values of columns, in each form in which a database and its tools export them.
//!
//! Lists are JSON arrays since Hydra 2. SQLite has no JSON type, so there they are texts that hold a JSON array. In Hydra 1
//! they are texts with `|` between the names. SQLite has no booleans: they are 0 and 1.

use serde_json::{Number, Value};

use crate::bad_row::BadRow;

/// A text; null is an empty text.
pub(super) fn text(column: &'static str, value: Value) -> Result<String, BadRow> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text),
        _ => Err(BadRow::Column { column, expected: "a text" }),
    }
}

/// A list of names, without empty ones.
pub(super) fn list(column: &'static str, value: Value) -> Result<Vec<String>, BadRow> {
    let refused = || BadRow::Column { column, expected: "a list of texts" };
    let names = match value {
        Value::Null => Vec::new(),
        Value::Array(names) => names
            .into_iter()
            .map(|name| text(column, name).map_err(|_| refused()))
            .collect::<Result<_, _>>()?,
        Value::String(text) if text.trim_start().starts_with('[') => {
            serde_json::from_str::<Vec<String>>(&text).map_err(|_| refused())?
        }
        // The list of another kind of database, which no Hydra writes.
        Value::String(text) if text.starts_with('{') => return Err(refused()),
        Value::String(text) => {
            let is_separator = |one: char| is_separator(one) || (one == ',' && column == "grant_types");
            text.split(is_separator).map(str::to_owned).collect()
        }
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => return Err(refused()),
    };
    Ok(names.into_iter().filter(|name| !name.is_empty()).collect())
}

/// A whole number, or its digits as a text; null is no number.
pub(super) fn integer(column: &'static str, value: &Value) -> Result<Option<i64>, BadRow> {
    let found = match value {
        Value::Null => return Ok(None),
        Value::String(text) if text.is_empty() => return Ok(None),
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => whole(number),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    found.map(Some).ok_or(BadRow::Column { column, expected: "a whole number" })
}

/// A boolean, also as 0 or 1; null is false.
pub(super) fn flag(column: &'static str, value: &Value) -> Result<bool, BadRow> {
    match value {
        Value::Null => Ok(false),
        Value::Bool(flag) => Ok(*flag),
        Value::Number(number) if number.as_u64() == Some(0) => Ok(false),
        Value::Number(number) if number.as_u64() == Some(1) => Ok(true),
        _ => Err(BadRow::Column { column, expected: "true or false" }),
    }
}

/// Names are separated by `|`. In a list that was edited by hand they may be separated by spaces, which neither a grant type
/// nor a URI has, or by commas, which a URI may have.
fn is_separator(character: char) -> bool {
    character == '|' || character.is_whitespace()
}

/// A number above the range counts as the highest one: an expiry that is so late is never reached.
fn whole(number: &Number) -> Option<i64> {
    number.as_i64().or_else(|| number.as_u64().map(|_| i64::MAX))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_is_an_array_or_a_text_with_an_array_or_with_names() {
        for (value, expected) in [
            (json!(null), &[][..]),
            (json!(""), &[]),
            (json!([]), &[]),
            (json!("[]"), &[]),
            (json!(["a", "b c"]), &["a", "b c"]),
            (json!("[\"a\", \"b\"]"), &["a", "b"]),
            (json!("a"), &["a"]),
            (json!("a|b"), &["a", "b"]),
            (json!("a||b|"), &["a", "b"]),
            (json!("a b"), &["a", "b"]),
            (json!([""]), &[]),
        ] {
            assert_eq!(list("audience", value.clone()).unwrap(), expected, "{value}");
            assert_eq!(list("grant_types", value.clone()).unwrap(), expected, "{value}");
        }
        // A grant that is overlooked would skip its client.
        assert_eq!(list("grant_types", json!("a, b,c")).unwrap(), ["a", "b", "c"]);
        assert_eq!(list("audience", json!("https://a.example/b,c")).unwrap(), ["https://a.example/b,c"]);
        for value in
            [json!([1]), json!("[1]"), json!("[\"a\""), json!("{a,b}"), json!(1), json!({}), json!(true)]
        {
            let refused = list("audience", value.clone()).unwrap_err().to_string();
            assert_eq!(refused, "its audience is not a list of texts", "{value}");
        }
    }

    #[test]
    fn a_number_may_be_a_text_and_a_boolean_may_be_a_number() {
        for (value, expected) in [
            (json!(null), None),
            (json!(""), None),
            (json!(0), Some(0)),
            (json!(-1), Some(-1)),
            (json!("900000000000"), Some(900_000_000_000)),
            (json!(u64::MAX), Some(i64::MAX)),
        ] {
            assert_eq!(integer("n", &value).unwrap(), expected, "{value}");
        }
        for value in [json!(1.5), json!("soon"), json!([]), json!(true)] {
            assert_eq!(
                integer("n", &value).unwrap_err().to_string(),
                "its n is not a whole number",
                "{value}"
            );
        }
        for (value, expected) in [
            (json!(null), false),
            (json!(0), false),
            (json!(1), true),
            (json!(true), true),
            (json!(false), false),
        ] {
            assert_eq!(flag("clear", &value).unwrap(), expected, "{value}");
        }
        for value in [json!(2), json!("true"), json!([])] {
            assert!(flag("clear", &value).is_err(), "{value}");
        }
    }
}
