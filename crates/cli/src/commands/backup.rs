//! `jeton backup`

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use jeton_core::store::{BackupError, CopyMonitor, CopyProgress};
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::configuration;
use crate::output::{self, Format, OutputArgs};

/// Copy the database into one file, while servers run
#[derive(Debug, Args)]
#[command(after_help = "The copy is of one moment. It never replaces a file, and has the mode 0600.\n\
    The master key is not in it, and without it no key in the copy can be used: back it up apart.\n\n\
    Example:\n  jeton backup /var/backups/jeton-$(date +%F).db")]
pub(crate) struct Backup {
    /// The file to make
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    output: OutputArgs,
}

impl Backup {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let config = configuration(globals)?.config;
        let watch = Arc::new(CopyMonitor::new(say_progress));
        stop_on_signal(&watch)?;
        let file = self.file.clone();
        let copy = move || jeton_store::back_up(config.database.url.expose(), &file, &watch);
        let bytes = tokio::task::spawn_blocking(copy)
            .await
            .map_err(|error| Failure::Failed(format!("the backup ended early ({error})")))??;
        match self.output.format {
            Format::Json => output::json(&json!({ "file": self.file, "bytes": bytes })),
            Format::Table => {
                output::say(&format!(
                    "The backup {} was made ({bytes} bytes). The master key is not in it: keep a copy of that apart.",
                    self.file.display()
                ));
                Ok(())
            }
        }
    }
}

/// SIGINT and SIGTERM end the copy, so that no file is left.
pub(super) fn stop_on_signal(watch: &Arc<CopyMonitor>) -> Result<(), Failure> {
    let uncaught =
        |error| Failure::Failed(format!("the signals that stop the command cannot be caught ({error})"));
    let mut terminate = signal(SignalKind::terminate()).map_err(uncaught)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(uncaught)?;
    let watch = Arc::clone(watch);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        watch.stop();
    });
    Ok(())
}

/// Each tenth of a copy that takes a while.
pub(super) fn say_progress(progress: CopyProgress) {
    let tenth = |bytes: u64| (bytes * 10).checked_div(progress.total).unwrap_or(10);
    if progress.total >= LARGE && tenth(progress.copied) > tenth(progress.before) {
        output::say(&format!(
            "{} % of {} MiB copied",
            tenth(progress.copied) * 10,
            progress.total / MEBIBYTE
        ));
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Open(error) => error.into(),
            BackupError::Missing(text) => Self::NotFound(text),
            BackupError::Conflict(text) => Self::Conflict(text),
            BackupError::Failed(_) | BackupError::Stopped => Self::Failed(error.to_string()),
        }
    }
}

const MEBIBYTE: u64 = 1024 * 1024;
const LARGE: u64 = 64 * MEBIBYTE;
