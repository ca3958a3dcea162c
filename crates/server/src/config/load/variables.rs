//! The variables that set keys: `JETON_REGION`, and `JETON_TABLE__KEY` for `table.key`.
//!
//! Decides which variables belong to Jeton and how their strings become values. Must not know which keys exist, except
//! those that do not have a string as their value.

use super::environment::Environment;
use super::error::ConfigError;
use super::setting::Value;

/// A key that a variable sets.
#[derive(Debug)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) key: String,
    pub(super) value: Value,
}

/// Jeton's variables, in the order of their names.
pub(super) fn read(environment: &dyn Environment) -> Result<Vec<Variable>, ConfigError> {
    let mut variables = environment.variables();
    variables.sort();
    let mut read = Vec::new();
    for (name, value) in variables {
        let Some((name, key)) = name.to_str().and_then(|name| Some((name, key_of(name)?))) else { continue };
        let refuse =
            |problem: &str| ConfigError::Value { place: name.to_owned(), problem: problem.to_owned() };
        if key.split('.').any(str::is_empty) {
            return Err(refuse("is not a configuration key; correct or unset it"));
        }
        if key.split('.').next() == Some("regions") {
            return Err(refuse(
                "cannot set a part of the regions; set all regions in the file or in JETON_REGIONS",
            ));
        }
        let text = value.to_str().ok_or_else(|| refuse("is not UTF-8; correct or unset it"))?;
        if key != "region" || !text.is_empty() {
            let value = parse(&key, text);
            read.push(Variable { name: name.to_owned(), key, value });
        }
    }
    Ok(read)
}

/// The key that a variable sets. Other variables that begin with `JETON_` are not Jeton's: Kubernetes injects
/// `JETON_PORT` if a service is called `jeton`.
fn key_of(name: &str) -> Option<String> {
    let rest = name.strip_prefix("JETON_")?;
    (rest == "REGION" || rest.contains("__")).then(|| rest.to_ascii_lowercase().replace("__", "."))
}

/// A value stays a string unless the key has another type: a password that consists of digits must stay a string.
fn parse(key: &str, text: &str) -> Value {
    match key {
        "limits.failures"
        | "limits.in_flight"
        | "limits.connections_per_address"
        | "database.read_connections"
        | "database.write_connections" => number(text.trim()),
        "database.allow_plaintext" => truth(text.trim()),
        "listen.trusted_proxies" | "metadata.scopes" => list(text.trim()),
        _ => Value::Text(text.to_owned()),
    }
}

/// Also what is not a whole number, so that the error can name it.
fn number(text: &str) -> Value {
    if let Ok(number) = text.parse() {
        return Value::Integer(number);
    }
    match (text.parse::<f64>(), text.parse()) {
        (Ok(number), _) if number.is_finite() => Value::Float(number),
        (_, Ok(truth)) => Value::Boolean(truth),
        _ => Value::Text(text.to_owned()),
    }
}

fn truth(text: &str) -> Value {
    text.parse().map_or_else(|_| Value::Text(text.to_owned()), Value::Boolean)
}

/// Either `[a, "b"]` with or without quotes, or items with commas or spaces between them.
fn list(text: &str) -> Value {
    let Some(rest) = text.strip_prefix('[') else {
        return Value::texts(text.split([',', ' ']).filter(|item| !item.is_empty()));
    };
    match rest.strip_suffix(']') {
        Some(items) => {
            Value::texts(items.split(',').map(str::trim).filter(|item| !item.is_empty()).map(unquoted))
        }
        None => Value::Text(text.to_owned()),
    }
}

fn unquoted(text: &str) -> &str {
    let between = |quote: char| text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    between('"').or_else(|| between('\'')).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load::setting::Setting;

    fn texts(value: &Value) -> Vec<&str> {
        let Value::List(items) = value else { panic!("{value:?}") };
        items.iter().map(text).collect()
    }

    fn text(item: &Setting) -> &str {
        let Value::Text(text) = &item.value else { panic!("{item:?}") };
        text
    }

    #[test]
    fn a_list_has_brackets_and_quotes_or_only_separators() {
        for text in [r#"["a", 'b', c,]"#, "[a,b,c]", " [ a , b , c ] ", "a,b,c", "a b c", " a, b ,c "] {
            assert_eq!(texts(&parse("metadata.scopes", text)), ["a", "b", "c"], "{text}");
        }
        for text in ["", " ", "[]", "[ , ]"] {
            assert_eq!(texts(&parse("metadata.scopes", text)), [""; 0], "{text}");
        }
        assert!(matches!(parse("metadata.scopes", "[a, b"), Value::Text(_)));
    }

    #[test]
    fn a_number_is_one_only_for_keys_that_have_numbers() {
        assert!(matches!(parse("limits.failures", " 5 "), Value::Integer(5)));
        assert!(matches!(parse("limits.failures", "1.5"), Value::Float(_)));
        assert!(matches!(parse("limits.failures", "true"), Value::Boolean(true)));
        assert!(matches!(parse("limits.failures", "inf"), Value::Text(_)));
        assert!(matches!(parse("keys.master_key", "5"), Value::Text(_)));
    }
}
