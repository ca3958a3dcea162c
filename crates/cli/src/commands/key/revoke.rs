//! `jeton key revoke KID`

use clap::Args;
use jeton_core::admin::view::KeyView;
use jeton_core::keys::JWKS_MAX_AGE;
use jeton_core::model::{KeyId, KeyKind};
use serde_json::json;

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::nodes::Confirmations;
use crate::open::Opened;
use crate::output::{self, Format, OutputArgs};

/// Take a key back with all tokens it made; the key that stands by signs at once
#[derive(Debug, Args)]
#[command(
    after_help = "For a key that somebody else may hold. Running servers refuse its tokens. Waits at most 2 seconds until every running server has applied it, and says which have. \
    APIs that check JWTs by themselves do when they fetch the keys anew, within five minutes.\n\n\
    Example:\n  jeton key revoke NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
)]
pub(crate) struct Revoke {
    /// The key's id; `jeton key list` shows them
    // One in 64 begins with a hyphen.
    #[arg(allow_hyphen_values = true)]
    kid: String,
    #[command(flatten)]
    output: OutputArgs,
}

impl Revoke {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open(globals).await?;
        let written =
            super::keeper(&opened).revoke(&KeyId::from_stored(self.kid)).await.map_err(super::refused)?;
        let nodes = Confirmations::of_region(&opened).await;
        let views: Vec<KeyView> = written.iter().map(KeyView::from).collect();
        match self.output.format {
            Format::Json => output::json(&json!({ "keys": views, "nodes": nodes }))?,
            Format::Table => super::show(&views, self.output)?,
        }
        let is_sealing = written.iter().any(|key| key.kind == KeyKind::Sealing);
        let others = if is_sealing {
            String::new()
        } else {
            let max_age = humantime::format_duration(JWKS_MAX_AGE);
            format!(" APIs that check JWTs by themselves may keep the key for {max_age}.")
        };
        output::say(&format!("Servers refuse all tokens of it. {}{others}", nodes.sentence()));
        Ok(())
    }
}
