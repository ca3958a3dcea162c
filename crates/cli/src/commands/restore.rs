//! `jeton restore`

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use jeton_core::Clock as _;
use jeton_core::store::{BackupError, CopyMonitor, RestoreOptions, Restored};
use jeton_server::system::SystemClock;
use serde_json::json;

use super::backup::say_progress;
use super::stop_signals::stop_on_signal;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::actor::actor;
use crate::open::{configuration, store_url};
use crate::print::output;
use crate::print::output::{Format, OutputArgs};

/// Restore the database from a backup, and revoke all tokens
#[derive(Debug, Args)]
#[command(
    after_help = "Stop the servers first. The restore fails while a server or a command has the database open.\n\
    The backup does not contain later revocations. Therefore all tokens of all regions are revoked,\n\
    unless you add --keep-tokens. Accounts get new tokens with their secrets. Revoke the secrets and\n\
    keys again that were revoked after the backup.\n\n\
    Example:\n  jeton restore --force /var/backups/jeton-2026-11-27.db"
)]
pub(crate) struct Restore {
    /// The backup file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Replace an existing database
    #[arg(long)]
    force: bool,
    /// Keep tokens valid, including tokens that were revoked after the backup
    #[arg(long)]
    keep_tokens: bool,
    #[command(flatten)]
    output: OutputArgs,
}

impl Restore {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let url = store_url(&configuration(globals)?.config)?;
        let watch = Arc::new(CopyMonitor::new(say_progress));
        stop_on_signal(&watch)?;
        let options = RestoreOptions {
            force: self.force,
            keep_tokens: self.keep_tokens,
            at: SystemClock::new().now(),
            actor: actor(),
        };
        let restored = jeton_store::restore(url.expose(), &self.file, &options, &watch).await;
        let restored = restored.map_err(|error| match error {
            BackupError::OutcomeUnknown(text) => Failure::StoreUnavailable(text + IF_UNKNOWN),
            other => other.into(),
        })?;
        match self.output.format {
            Format::Json => {
                let regions: Vec<_> = restored
                    .regions
                    .iter()
                    .map(|(name, epoch)| json!({ "region": name, "epoch": epoch }))
                    .collect();
                output::json(&json!({
                    "file": self.file,
                    "replaced": restored.replaced,
                    "applied": restored.applied,
                    "tokens_revoked": !self.keep_tokens,
                    "regions": regions,
                }))
            }
            Format::Table => {
                output::say(&self.summary(&restored));
                Ok(())
            }
        }
    }

    fn summary(&self, restored: &Restored) -> String {
        let done = format!(
            "{} the database from {}. ",
            if restored.replaced { "Replaced" } else { "Restored" },
            self.file.display()
        );
        let migrated = match restored.applied.len() {
            0 => String::new(),
            count => format!("Applied {count} missing migrations. "),
        };
        let tokens = if self.keep_tokens {
            "Tokens stay valid: a token that was revoked after the backup is active again until it expires."
        } else {
            "All tokens of all regions are revoked: introspection reports them as inactive as soon as a server runs. \
             APIs that check tokens by themselves accept them until they expire. Accounts get new tokens with their \
             secrets."
        };
        format!(
            "{done}{migrated}{tokens} Secrets and keys that were revoked after the backup are valid again; revoke them \
             again."
        )
    }
}

const IF_UNKNOWN: &str = "; see whether `jeton audit list --action restore` shows this restore, and repeat the command if it \
    does not";
