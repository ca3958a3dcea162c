//! The lines of the log.

use std::io;
use std::sync::{Arc, Mutex};

use tracing::subscriber::with_default;

use super::*;

#[derive(Clone, Default)]
struct SharedBuffer(Arc<Mutex<Vec<u8>>>);

impl Write for SharedBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn logged(level: &str, format: LogFormat, events: impl FnOnce()) -> String {
    let buffer = SharedBuffer::default();
    let (subscriber, guard) = subscriber(level, format, buffer.clone()).unwrap();
    with_default(subscriber, events);
    drop(guard);
    let bytes = buffer.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

const HOSTILE: &str = "a\nb\r\u{1b}[31m\u{7f}\u{85}\u{9b}\t\"\\";

#[test]
fn a_json_line_is_one_flat_object() {
    let log = logged("info", LogFormat::Json, || tracing::info!(status = 200, client = "sa_us_1", "served"));
    let line: serde_json::Value = serde_json::from_str(log.strip_suffix('\n').unwrap()).unwrap();
    assert_eq!(line["message"], "served");
    assert_eq!(line["status"], 200);
    assert_eq!(line["client"], "sa_us_1");
    assert_eq!(line["level"], "INFO");
    assert!(line["timestamp"].as_str().unwrap().ends_with('Z'), "{line}");
    assert!(line.as_object().unwrap().values().all(|value| !value.is_object()), "{line}");
}

#[test]
fn control_characters_of_a_caller_are_escaped_in_json_lines() {
    let log = logged("info", LogFormat::Json, || {
        tracing::info!(shown = %HOSTILE, debugged = ?HOSTILE, field = HOSTILE, "sent {HOSTILE}");
    });
    let line = log.strip_suffix('\n').unwrap();
    assert!(!line.contains(char::is_control), "{line:?}");
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!(line["shown"], HOSTILE);
    assert_eq!(line["field"], HOSTILE);
}

#[test]
fn control_characters_of_a_caller_are_escaped_in_text_lines() {
    let log = logged("info", LogFormat::Text, || {
        tracing::info!(shown = %HOSTILE, debugged = ?HOSTILE, field = HOSTILE, "sent {HOSTILE}");
    });
    let line = log.strip_suffix('\n').unwrap();
    assert!(!line.contains(char::is_control), "{line:?}");
    assert!(line.contains("sent a\\nb"), "{line:?}");
}

#[test]
fn libraries_log_only_warnings_unless_they_are_named() {
    let log_events = || {
        tracing::info!(target: "sqlx::query", "library");
        tracing::warn!(target: "hyper", "trouble");
        tracing::debug!(target: "jeton_server", "ours");
    };
    let quiet = logged("debug", LogFormat::Text, log_events);
    assert!(!quiet.contains("library") && quiet.contains("trouble") && quiet.contains("ours"), "{quiet}");
    let named = logged("info,sqlx=info", LogFormat::Text, log_events);
    assert!(named.contains("library") && !named.contains("ours"), "{named}");
    assert_eq!(logged("error", LogFormat::Text, log_events), "");
}

#[test]
fn the_level_can_be_changed_and_a_wrong_one_changes_nothing() {
    let buffer = SharedBuffer::default();
    let (subscriber, guard) = subscriber("info", LogFormat::Text, buffer.clone()).unwrap();
    let level = guard.level();
    with_default(subscriber, || {
        tracing::debug!("first");
        level.set("debug").unwrap();
        tracing::debug!("second");
        level.set("jeton_server=loud").unwrap_err();
        tracing::debug!("third");
        level.set("error").unwrap();
        tracing::warn!("fourth");
    });
    drop(guard);
    let log = String::from_utf8(buffer.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<_> = log.lines().map(|line| line.rsplit(' ').next().unwrap()).collect();
    assert_eq!(lines, ["second", "third"], "{log}");
    level.set("info").unwrap_err();
}

#[test]
fn the_error_for_wrong_directives_names_the_key() {
    let Err(error) = subscriber("jeton_server=loud", LogFormat::Json, io::sink()) else { panic!("accepted") };
    assert!(error.to_string().contains("`log.level`"), "{error}");
}
