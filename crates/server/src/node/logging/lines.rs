//! The writer of log lines, which escapes control characters.
//!
//! Decides how they are escaped in each format. Must not know the events.

use std::io::{self, Write};

use tracing_appender::non_blocking::NonBlocking;
use tracing_subscriber::fmt::MakeWriter;

use crate::config::LogFormat;

/// Escapes control characters in each line, except its end: callers choose parts of the logged values, and must not be
/// able to start a new line or to move the cursor of an operator's terminal.
#[derive(Clone)]
pub(super) struct Lines {
    queue: NonBlocking,
    format: LogFormat,
}

impl Lines {
    /// Writes lines of `format` to `queue`.
    pub(super) fn new(queue: NonBlocking, format: LogFormat) -> Self {
        Self { queue, format }
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Write for Lines {
    /// One event is one call: the formatter writes whole lines.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        let body = text.strip_suffix('\n').unwrap_or(&text);
        if body.contains(char::is_control) {
            let mut clean = String::with_capacity(line.len() + 32);
            for character in body.chars() {
                if character.is_control() {
                    clean.push_str(&escaped(character, self.format));
                } else {
                    clean.push(character);
                }
            }
            clean.push('\n');
            self.queue.write_all(clean.as_bytes())?;
        } else {
            self.queue.write_all(line)?;
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.queue.flush()
    }
}

fn escaped(control: char, format: LogFormat) -> String {
    match format {
        // The formatter does not escape DEL and C1. They occur only within JSON strings.
        LogFormat::Json => format!("\\u{:04x}", u32::from(control)),
        LogFormat::Text => control.escape_default().to_string(),
    }
}
