//! A record as JSON: in a list, and as a line of an export from which its digest can be recomputed.

use jeton_admin::value::{Chain, Timestamp};
use jeton_admin::view::AuditRecord;
use serde::Serialize;
use serde::de::IgnoredAny;
use serde_json::Value;

/// The JSON of a record.
#[derive(Debug, Serialize)]
pub(super) struct RecordView<'a> {
    chain: &'a Chain,
    seq: i64,
    at: Timestamp,
    actor_kind: Option<&'a str>,
    actor: &'a str,
    action: &'a str,
    region: Option<&'a str>,
    tenant: Option<&'a str>,
    subject_kind: &'a str,
    subject_id: &'a str,
    pub(super) before: Option<Value>,
    pub(super) after: Option<Value>,
    digest: Option<String>,
}

impl<'a> RecordView<'a> {
    pub(super) fn new(record: &'a AuditRecord) -> Self {
        Self {
            chain: &record.chain,
            seq: record.sequence.0,
            at: record.at,
            actor_kind: record.actor_kind.as_deref(),
            actor: &record.actor,
            action: &record.action,
            region: record.region.as_deref(),
            tenant: record.tenant.as_deref(),
            subject_kind: &record.subject_kind,
            subject_id: &record.subject_id,
            before: record.before.as_deref().map(value),
            after: record.after.as_deref().map(value),
            digest: record.digest.map(|digest| digest.to_string()),
        }
    }
}

/// The record on one line, with its documents exactly as they are stored and hashed.
pub(super) fn line(record: &AuditRecord) -> String {
    let text = |text: &str| Value::from(text).to_string();
    let optional = |field: Option<&str>| field.map_or_else(|| NULL.to_owned(), text);
    let document = |field: Option<&str>| field.map_or_else(|| NULL.to_owned(), document);
    format!(
        "{{\"chain\":{},\"seq\":{},\"at\":{},\"actor_kind\":{},\"actor\":{},\"action\":{},\"region\":{},\"tenant\":{},\
         \"subject_kind\":{},\"subject_id\":{},\"before\":{},\"after\":{},\"digest\":{}}}\n",
        text(&record.chain.to_string()),
        record.sequence.0,
        text(&record.at.to_string()),
        optional(record.actor_kind.as_deref()),
        text(&record.actor),
        text(&record.action),
        optional(record.region.as_deref()),
        optional(record.tenant.as_deref()),
        text(&record.subject_kind),
        text(&record.subject_id),
        document(record.before.as_deref()),
        document(record.after.as_deref()),
        optional(record.digest.map(|digest| digest.to_string()).as_deref()),
    )
}

/// A document that was edited by hand may not be JSON, or may have line ends: then it is written as a string, which
/// keeps the export at one record per line.
fn document(stored: &str) -> String {
    let is_line = !stored.contains(['\n', '\r']) && serde_json::from_str::<IgnoredAny>(stored).is_ok();
    if is_line { stored.to_owned() } else { Value::from(stored).to_string() }
}

fn value(stored: &str) -> Value {
    serde_json::from_str(stored).unwrap_or_else(|_| stored.into())
}

const NULL: &str = "null";

#[cfg(test)]
mod tests {
    use jeton_admin::view::Sequence;

    use super::*;

    fn record(before: &str) -> AuditRecord {
        AuditRecord {
            chain: Chain::Shared,
            sequence: Sequence(7),
            at: Timestamp::from_unix(0),
            actor_kind: Some("cli".to_owned()),
            actor: "cli:\"root\"".to_owned(),
            action: "update".to_owned(),
            region: None,
            tenant: Some("default".to_owned()),
            subject_kind: "tenant".to_owned(),
            subject_id: "default".to_owned(),
            before: Some(before.to_owned()),
            after: None,
            digest: None,
        }
    }

    #[test]
    fn a_line_is_the_json_of_the_record() {
        let record = record(r#"{"b":1,"a":"ü\n"}"#);
        let line = line(&record);
        assert!(
            line.ends_with("}\n") && line.contains(r#""before":{"b":1,"a":"ü\n"},"after":null"#),
            "{line}"
        );
        let parsed: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(parsed, serde_json::to_value(RecordView::new(&record)).unwrap());
    }

    #[test]
    fn a_document_that_is_not_one_line_of_json_becomes_a_string() {
        for stored in ["{\"a\":\n1}", "no json", "{}}", ""] {
            let line = line(&record(stored));
            assert_eq!(line.matches('\n').count(), 1, "{line}");
            let parsed: Value = serde_json::from_str(&line).unwrap();
            assert_eq!(parsed["before"], stored);
        }
    }
}
