//! The table form of an explanation from a running node or a simulation. Must not know the reason codes.

use serde_json::Value;

/// Why, the rule, what to do, the reason code, and the facts, as fields.
pub(crate) fn fields(explanation: &Value) -> Vec<(String, String)> {
    let text = |name: &str| explanation.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut fields = vec![
        ("Why".to_owned(), text("why")),
        ("Rule".to_owned(), text("rule")),
        ("What to do".to_owned(), text("cure")),
        ("Reason".to_owned(), text("reason")),
    ];
    let facts = explanation.get("facts").and_then(Value::as_object).into_iter().flatten();
    fields.extend(facts.map(|(name, fact)| (name.replace('_', " "), readable(fact))));
    fields
}

/// A value without JSON's quotes and brackets.
fn readable(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => items.iter().map(readable).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}
