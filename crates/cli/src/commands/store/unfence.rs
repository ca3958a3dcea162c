//! `jeton store unfence`

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::location::NamedStore;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::configuration;
use crate::print::output;
use crate::print::output::{Format, OutputArgs};

/// Let a database accept changes again that was copied into another one
#[derive(Debug, Args)]
#[command(
    after_help = "Use it to keep a database after it was copied, or after a copy that was killed. If the outcome of a \
    copy is not known, use it only if the copy is empty. Do not use it while a copy is running: the copy would not have \
    the changes. Nor after servers have used the copy: the two databases would \
    differ from then on."
)]
pub(crate) struct Unfence {
    /// The database [default: the one of the configuration]
    #[arg(value_name = "URL")]
    url: Option<String>,
    /// The file with the password of the database
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    #[command(flatten)]
    output: OutputArgs,
}

impl Unfence {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let config = configuration(globals)?.config;
        let url = NamedStore { url: self.url, password_file: self.password_file }.resolve(&config)?;
        let fence = jeton_store::unfence(url.expose()).await?;
        let place = jeton_store::place(url.expose())?;
        match self.output.format {
            Format::Json => output::json(&json!({
                "database": place,
                "unfenced": fence.is_some(),
                "since": fence.as_ref().map(|fence| fence.since),
                "target": fence.as_ref().map(|fence| &fence.target),
            })),
            Format::Table => {
                output::say(&match fence {
                    Some(fence) => format!(
                        "The database {place} accepts changes again. It had refused them since {}, when it was copied to {}.",
                        fence.since, fence.target
                    ),
                    None => format!("The database {place} accepts changes; nothing was changed."),
                });
                Ok(())
            }
        }
    }
}
