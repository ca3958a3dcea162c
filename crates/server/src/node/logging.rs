//! The log: one line per event, to a writer that never blocks a request.
//!
//! Decides the format of a line and the default levels of libraries. Must not know what is logged: the code that logs
//! must make sure that no secret is in it.

use std::io::{self, Write};

use tracing::{Subscriber, level_filters::LevelFilter, subscriber::SetGlobalDefaultError};
use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    filter::ParseError,
    fmt::{self, MakeWriter},
    layer::{Layered, SubscriberExt as _},
    reload,
};

use crate::config::LogFormat;

/// Starts the log of this process.
///
/// `level` is a level or directives of `EnvFilter`. Libraries log only warnings unless it names them. If the writer is
/// too slow, lines are dropped and counted, so that requests are not delayed.
///
/// # Errors
/// The directives are wrong, or logging is already started.
pub fn init(
    level: &str,
    format: LogFormat,
    writer: impl Write + Send + 'static,
) -> Result<LogGuard, LoggingError> {
    let (subscriber, guard) = subscriber(level, format, writer)?;
    tracing::subscriber::set_global_default(subscriber)?;
    // A panic in a handler is caught and answered. The default output of a panic would break a log of JSON objects.
    std::panic::set_hook(Box::new(|panic| tracing::error!(reason = %panic, "panicked")));
    Ok(guard)
}

/// Keeps the log open. Dropping it writes the queued lines.
#[derive(Debug)]
#[must_use = "the log ends when the guard is dropped"]
pub struct LogGuard {
    _worker: WorkerGuard,
    errors: ErrorCounter,
    level: LogLevel,
}

impl LogGuard {
    /// Lines that were dropped because the writer was too slow.
    #[must_use]
    pub fn dropped_lines(&self) -> usize {
        self.errors.dropped_lines()
    }

    /// A handle that changes the log level while the process runs.
    #[must_use]
    pub fn level(&self) -> LogLevel {
        self.level.clone()
    }
}

/// A handle to the log level of the process. Clones share the same level.
#[derive(Debug, Clone)]
pub struct LogLevel(reload::Handle<EnvFilter, Registry>);

impl LogLevel {
    /// Sets the level, in the form that [`init`] takes.
    ///
    /// # Errors
    /// The directives are wrong, or the log has ended.
    pub fn set(&self, level: &str) -> Result<(), LoggingError> {
        self.0.reload(filter(level)?)?;
        Ok(())
    }
}

/// Why the log could not be started or changed.
#[derive(Debug, thiserror::Error)]
pub enum LoggingError {
    /// The directives are wrong.
    #[error(
        "`log.level` is not a log level ({0}); use \"info\", or directives, for example, \"info,jeton_server=debug\""
    )]
    Level(#[from] ParseError),
    /// The log has ended.
    #[error("the log level cannot be changed ({0})")]
    Ended(#[from] reload::Error),
    /// Logging is already started.
    #[error("logging is already started; start it only once")]
    Started(#[from] SetGlobalDefaultError),
}

fn subscriber(
    level: &str,
    format: LogFormat,
    writer: impl Write + Send + 'static,
) -> Result<(impl Subscriber + Send + Sync + 'static, LogGuard), LoggingError> {
    let (filter, level) = reload::Layer::new(filter(level)?);
    let (queue, worker) = NonBlockingBuilder::default().lossy(true).thread_name("log").finish(writer);
    let guard = LogGuard { _worker: worker, errors: queue.error_counter(), level: LogLevel(level) };
    let lines = Lines { queue, format };
    let layer: Box<dyn Layer<Filtered> + Send + Sync> = match format {
        LogFormat::Json => Box::new(
            fmt::layer()
                .json()
                .flatten_event(true)
                .with_current_span(false)
                .with_span_list(false)
                .with_writer(lines),
        ),
        LogFormat::Text => Box::new(fmt::layer().with_ansi(false).with_writer(lines)),
    };
    Ok((Registry::default().with(filter).with(layer), guard))
}

type Filtered = Layered<reload::Layer<EnvFilter, Registry>, Registry>;

fn filter(level: &str) -> Result<EnvFilter, ParseError> {
    let stricter = level.trim().parse::<LevelFilter>().is_ok_and(|level| level < LevelFilter::WARN);
    // Later directives override earlier ones, so that the configuration can raise the level of a library.
    let directives = if stricter { level.to_owned() } else { format!("{LIBRARY_LEVELS},{level}") };
    EnvFilter::builder().parse(directives)
}

/// Escapes control characters in each line, except its end: callers choose parts of the logged values, and must not be
/// able to start a new line or to move the cursor of an operator's terminal.
#[derive(Clone)]
struct Lines {
    queue: NonBlocking,
    format: LogFormat,
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

/// Libraries whose `info` events are of no use to operators.
const LIBRARY_LEVELS: &str =
    "hyper=warn,hyper_util=warn,sqlx=warn,rustls=warn,tokio_rustls=warn,reqwest=warn";

#[cfg(test)]
mod tests {
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
        let log =
            logged("info", LogFormat::Json, || tracing::info!(status = 200, client = "sa_us_1", "served"));
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
        let Err(error) = subscriber("jeton_server=loud", LogFormat::Json, io::sink()) else {
            panic!("accepted")
        };
        assert!(error.to_string().contains("`log.level`"), "{error}");
    }
}
