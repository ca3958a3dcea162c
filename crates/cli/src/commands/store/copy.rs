//! `jeton store copy`

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use clap::Args;
use jeton_core::store::transfer::Copied;
use jeton_core::store::{BackupError, CopyMonitor, CopyPhase, CopyProgress};
use jeton_server::system::SystemClock;
use serde_json::json;

use super::location::NamedStore;
use crate::commands::stop_signals::stop_on_signal;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::configuration;
use crate::print::output;
use crate::print::output::{Format, OutputArgs};
use crate::print::progress::Progress;

/// Copy the database into another one while servers keep issuing tokens
#[derive(Debug, Args)]
#[command(
    after_help = "Everything is copied: accounts, secrets, keys, epochs, revocations and the audit log. Ids, secrets and the \
    master key stay as they are. The other database must be empty or, for SQLite, not exist. It gets everything or \
    nothing.\n\n\
    At the end of the copy the first database refuses changes, also revocations (503). Tokens are issued all the \
    time. After a failure it accepts changes again; after a success it does not, so that no change is made that the \
    copy does not have. If the copy may be complete although it failed, it does not either (exit code 7). \
    `jeton store unfence` makes it accept them again, also after a copy that was killed.\n\n\
    A URL must not contain a password. A URL that the configuration names too has its password. For others, use the options, \
    PGPASSFILE or ~/.pgpass.\n\n\
    Example:\n  jeton store copy --to postgres://jeton@db.example.com/jeton"
)]
pub(crate) struct Copy {
    /// The database to copy [default: the one of the configuration]
    #[arg(long, value_name = "URL")]
    from: Option<String>,
    /// The database to copy into: sqlite:PATH or `postgres://USER@HOST/DATABASE`
    #[arg(long, value_name = "URL")]
    to: String,
    /// The file with the password of the database to copy
    #[arg(long, value_name = "FILE")]
    from_password_file: Option<PathBuf>,
    /// The file with the password of the database to copy into
    #[arg(long, value_name = "FILE")]
    to_password_file: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
}

impl Copy {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let config = configuration(globals)?.config;
        let from = NamedStore { url: self.from, password_file: self.from_password_file }.resolve(&config)?;
        let to = NamedStore { url: Some(self.to), password_file: self.to_password_file }.resolve(&config)?;
        let places = (jeton_store::place(from.expose())?, jeton_store::place(to.expose())?);
        let shown = Mutex::new(Shown::default());
        let watch = Arc::new(CopyMonitor::new(move |progress| {
            shown.lock().unwrap_or_else(PoisonError::into_inner).show(progress);
        }));
        stop_on_signal(&watch)?;
        let copied = jeton_store::copy(from.expose(), to.expose(), &SystemClock::new(), &watch).await;
        // Ends the line of the progress bar.
        drop(watch);
        let copied = copied.map_err(|error| match error {
            BackupError::OutcomeUnknown(text) => Failure::StoreUnavailable(if_unknown(&text, &places)),
            other => other.into(),
        })?;
        match self.output.format {
            Format::Json => output::json(&json!({
                "from": places.0,
                "to": places.1,
                "rows": copied.rows,
                "changed": copied.changed,
                "fenced_ms": u64::try_from(copied.fenced_for.as_millis()).unwrap_or(u64::MAX),
            })),
            Format::Table => {
                output::say(&summary(&places, &copied));
                Ok(())
            }
        }
    }
}

fn summary((from, to): &(String, String), copied: &Copied) -> String {
    let milliseconds = copied.fenced_for.as_millis();
    format!(
        "Copied {} rows from {from} to {to}, and {} rows again that changed meanwhile. {from} refused changes for \
         {milliseconds} ms before the copy was complete, and still does.\n\
         Next: set [database] url to the copy on every server, restart the servers, and run `jeton audit verify`.\n\
         To keep using {from}, run `jeton store unfence` with its URL.",
        copied.rows, copied.changed
    )
}

fn if_unknown(text: &str, (from, to): &(String, String)) -> String {
    format!(
        "{text}; {from} still refuses changes, so that none is lost. See whether {to} has the accounts (`jeton account \
         list` with its URL in JETON_DATABASE__URL): if it has, use it; if it is empty, run `jeton store unfence` with \
         the URL of {from} and repeat the copy"
    )
}

/// What is shown of the progress.
#[derive(Default)]
struct Shown(Option<(CopyPhase, Progress)>);

impl Shown {
    fn show(&mut self, CopyProgress { phase, copied, total, .. }: CopyProgress) {
        if self.0.as_ref().is_none_or(|(shown, _)| *shown != phase) {
            // The bar before it ends first.
            self.0 = None;
            if phase == CopyPhase::LastChanges {
                output::say("Changes are refused now, until the rest is copied. Tokens are still issued.");
            }
            self.0 = Some((phase, Progress::new(unit(phase), Arc::new(SystemClock::new()))));
        }
        if let Some((_, progress)) = &mut self.0 {
            progress.show(usize::try_from(copied).unwrap_or(usize::MAX), share(copied, total));
        }
    }
}

fn unit(phase: CopyPhase) -> &'static str {
    match phase {
        CopyPhase::File => "bytes",
        CopyPhase::Rows => "rows",
        CopyPhase::Changes | CopyPhase::LastChanges => "rows compared",
    }
}

#[expect(clippy::cast_precision_loss, reason = "a rounded figure for people")]
fn share(copied: u64, total: u64) -> Option<f64> {
    (total > 0).then(|| (copied as f64 / total as f64).min(1.0))
}
