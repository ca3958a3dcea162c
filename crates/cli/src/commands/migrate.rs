//! `jeton migrate`

use clap::Args;
use serde_json::json;

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::{LOCK_WAIT, configuration};
use crate::output::{self, Format, OutputArgs};

/// Bring the database up to this version, or make it
#[derive(Debug, Args)]
#[command(
    after_help = "A server of the version before goes on working meanwhile. `jeton serve` does the same at its \
    start, unless it is told --no-migrate."
)]
pub(crate) struct Migrate {
    #[command(flatten)]
    output: OutputArgs,
}

impl Migrate {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let config = configuration(globals)?.config;
        let applied = jeton_store::migrate(config.database.url.expose(), Some(LOCK_WAIT)).await?;
        match self.output.format {
            Format::Json => output::json(&json!({ "applied": applied })),
            Format::Table if applied.is_empty() => output::text("nothing to do\n"),
            Format::Table => output::text(&(applied.join("\n") + "\n")),
        }
    }
}
