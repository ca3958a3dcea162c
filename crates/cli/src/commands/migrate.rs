//! `jeton migrate`

use clap::Args;
use serde_json::json;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::{LOCK_WAIT, configuration, store_url};
use crate::print::output;
use crate::print::output::{Format, OutputArgs};

/// Create the database or migrate it to this version
#[derive(Debug, Args)]
#[command(
    after_help = "Stop every server and command of an earlier version first: they would not learn of changes any more. The \
    command is refused while one has the database open. `jeton serve` also migrates when it starts, unless \
    --no-migrate is set."
)]
pub(crate) struct Migrate {
    #[command(flatten)]
    output: OutputArgs,
}

impl Migrate {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let url = store_url(&configuration(globals)?.config)?;
        let applied = jeton_store::migrate(url.expose(), Some(LOCK_WAIT)).await?;
        match self.output.format {
            Format::Json => output::json(&json!({ "applied": applied })),
            Format::Table if applied.is_empty() => output::text("no pending migrations\n"),
            Format::Table => output::text(&(applied.join("\n") + "\n")),
        }
    }
}
