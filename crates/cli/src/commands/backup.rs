//! `jeton backup`

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use jeton_core::store::{BackupError, CopyMonitor, CopyPhase, CopyProgress};
use serde_json::json;

use super::stop_signals::stop_on_signal;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::{configuration, store_url};
use crate::print::output;
use crate::print::output::{Format, OutputArgs};

/// Back up the database to a file while servers keep running
#[derive(Debug, Args)]
#[command(
    after_help = "The backup is a consistent snapshot with the mode 0600. An existing file is never replaced.\n\
    It is an SQLite file, also that of a PostgreSQL database, and `jeton restore` takes it for both.\n\
    The backup does not contain the master key, and its keys cannot be used without it: back up the master key \
    separately.\n\n\
    Example:\n  jeton backup /var/backups/jeton-$(date +%F).db"
)]
pub(crate) struct Backup {
    /// The file to create
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    output: OutputArgs,
}

impl Backup {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let url = store_url(&configuration(globals)?.config)?;
        let watch = Arc::new(CopyMonitor::new(say_progress));
        stop_on_signal(&watch)?;
        let bytes = Box::pin(jeton_store::back_up(url.expose(), &self.file, &watch)).await?;
        match self.output.format {
            Format::Json => output::json(&json!({ "file": self.file, "bytes": bytes })),
            Format::Table => {
                output::say(&format!(
                    "Created the backup {} ({bytes} bytes). It does not contain the master key: back that up \
                     separately.",
                    self.file.display()
                ));
                Ok(())
            }
        }
    }
}

/// Prints each tenth of a large copy.
pub(super) fn say_progress(progress: CopyProgress) {
    let CopyProgress { phase, before, copied, total } = progress;
    let tenth = |part: u64| (part * 10).checked_div(total).unwrap_or(10).min(10);
    let (large, size) = match phase {
        CopyPhase::File => (LARGE, format!("{} MiB", total / MEBIBYTE)),
        CopyPhase::Rows | CopyPhase::Changes | CopyPhase::LastChanges => (MANY, format!("{total} rows")),
    };
    if total >= large && tenth(copied) > tenth(before) {
        output::say(&format!("{} % of {size} copied", tenth(copied) * 10));
    }
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Open(error) => error.into(),
            BackupError::Missing(text) => Self::NotFound(text),
            BackupError::Conflict(text) => Self::Conflict(text),
            BackupError::OutcomeUnknown(text) => Self::StoreUnavailable(text),
            BackupError::Failed(_) | BackupError::Stopped => Self::Failed(error.to_string()),
        }
    }
}

const MEBIBYTE: u64 = 1024 * 1024;
const LARGE: u64 = 64 * MEBIBYTE;
/// They take some seconds.
const MANY: u64 = 200_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_outcome_has_the_exit_code_of_unknown_writes() {
        let failure = Failure::from(BackupError::OutcomeUnknown("it is not known".to_owned()));
        assert_eq!((failure.exit_code(), failure.to_string()), (7, "it is not known".to_owned()));
    }
}
