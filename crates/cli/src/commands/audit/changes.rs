//! A short summary of a change, for a table.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The members that differ; for something new, its members.
pub(super) fn summary(before: Option<&Value>, after: Option<&Value>) -> String {
    let words = match (before, after) {
        (Some(before), Some(after)) => {
            let mut words = Vec::new();
            differences("", before, after, &mut words);
            words
        }
        (None, Some(Value::Object(after))) => after
            .iter()
            .filter(|(member, value)| !SELF_EVIDENT.contains(&member.as_str()) && !is_empty(value))
            .map(|(member, value)| format!("{member}: {}", brief(value)))
            .collect(),
        (None, Some(Value::Array(after))) => vec![list(after)],
        (_, None) | (None, Some(_)) => Vec::new(),
    };
    cut(&words.join(", "))
}

fn differences(path: &str, before: &Value, after: &Value, words: &mut Vec<String>) {
    match (before, after) {
        _ if before == after => {}
        (Value::Object(before), Value::Object(after)) => {
            let members: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            for member in members {
                let path = if path.is_empty() { member.clone() } else { format!("{path}.{member}") };
                let side =
                    |object: &serde_json::Map<String, Value>| object.get(member).cloned().unwrap_or_default();
                differences(&path, &side(before), &side(after), words);
            }
        }
        (Value::Array(before), Value::Array(after)) => match (by_name(before), by_name(after)) {
            (Some(before), Some(after)) => {
                let names: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
                for name in names {
                    match (before.get(name), after.get(name)) {
                        (Some(before), Some(after)) => {
                            differences(&format!("{path}[{name}]"), before, after, words);
                        }
                        (None, Some(_)) => words.push(format!("+{path}[{name}]")),
                        (_, None) => words.push(format!("-{path}[{name}]")),
                    }
                }
            }
            _ => words.push(format!("{path}: {} → {}", list(before), list(after))),
        },
        _ => words.push(format!("{path}: {} → {}", brief(before), brief(after))),
    }
}

/// The elements by their names, if all have one.
fn by_name(elements: &[Value]) -> Option<BTreeMap<&str, &Value>> {
    elements.iter().map(|element| Some((name(element)?, element))).collect()
}

fn name(element: &Value) -> Option<&str> {
    NAMES.iter().find_map(|member| element.get(member)?.as_str())
}

fn brief(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(elements) => list(elements),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

fn list(elements: &[Value]) -> String {
    if elements.is_empty() {
        return "none".to_owned();
    }
    let words: Vec<String> =
        elements.iter().map(|element| name(element).map_or_else(|| brief(element), str::to_owned)).collect();
    words.join(" ")
}

fn is_empty(value: &Value) -> bool {
    let is_empty_object = value.as_object().is_some_and(serde_json::Map::is_empty);
    value.is_null() || is_empty_object || value.as_array().is_some_and(Vec::is_empty)
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// Members that identify an element of a list.
const NAMES: [&str; 4] = ["secret_id", "resource", "name", "kid"];

/// Members of something new that the record already has, or that are the same for everything new.
const SELF_EVIDENT: [&str; 7] = ["client_id", "uri", "kid", "region", "enabled", "epoch", "created_at"];

const LONGEST: usize = 160;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_differences_are_listed() {
        let before = json!({
            "enabled": true, "name": "a", "allow_cidr": [], "token_ttl": null,
            "secrets": [{"secret_id": "sec_1", "state": "live"}, {"secret_id": "sec_2", "state": "live"}],
        });
        let after = json!({
            "enabled": false, "name": "a", "allow_cidr": ["10.0.0.0/8", "::1/128"], "token_ttl": 60,
            "secrets": [{"secret_id": "sec_1", "state": "revoked"}, {"secret_id": "sec_3", "state": "live"}],
        });
        assert_eq!(
            summary(Some(&before), Some(&after)),
            "allow_cidr: none → 10.0.0.0/8 ::1/128, enabled: true → false, secrets[sec_1].state: live → revoked, \
             -secrets[sec_2], +secrets[sec_3], token_ttl: none → 60"
        );
        assert_eq!(summary(Some(&after), Some(&after)), "");
    }

    #[test]
    fn something_new_lists_its_members_and_something_deleted_lists_none() {
        let new = json!({"client_id": "x", "name": "a", "epoch": 1, "introspects": [], "labels": {},
                         "grants": [{"resource": "https://x", "scopes": ["a"]}]});
        assert_eq!(summary(None, Some(&new)), "grants: https://x, name: a");
        assert_eq!(summary(Some(&new), None), "");
        let (keys, one) = (json!([{"kid": "a"}, {"kid": "b"}]), json!([{"kid": "a"}]));
        assert_eq!(summary(None, Some(&keys)), "a b");
        assert_eq!(summary(Some(&one), Some(&keys)), "+[b]");
    }

    #[test]
    fn a_long_change_is_cut() {
        let short = summary(Some(&json!({"name": "a"})), Some(&json!({"name": "ü".repeat(500)})));
        assert_eq!(short.chars().count(), LONGEST);
        assert!(short.ends_with('…'));
    }
}
