//! The log: one line per event, to a writer that never blocks a request.
//!
//! Decides the level, the default levels of libraries, and when a line is dropped. Must not know what is logged: the code that logs
//! must make sure that no secret is in it.

mod lines;
#[cfg(test)]
mod tests;

use std::io::Write;

use tracing::{Subscriber, level_filters::LevelFilter, subscriber::SetGlobalDefaultError};
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    filter::ParseError,
    fmt,
    layer::{Layered, SubscriberExt as _},
    reload,
};

use lines::Lines;

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
    let lines = Lines::new(queue, format);
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

/// Libraries whose `info` events are of no use to operators.
const LIBRARY_LEVELS: &str =
    "hyper=warn,hyper_util=warn,sqlx=warn,rustls=warn,tokio_rustls=warn,reqwest=warn";
