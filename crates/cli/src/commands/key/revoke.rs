//! `jeton key revoke KID`

use clap::Args;
use jeton_core::keys::JWKS_MAX_AGE;
use jeton_core::model::KeyId;
use serde_json::json;

use crate::commands::confirmations::Confirmations;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;
use crate::print::output;
use crate::print::output::{Format, OutputArgs};

/// Revoke a key and all tokens made with it; the next key becomes active at once
#[derive(Debug, Args)]
#[command(
    after_help = "Use it for a key that may be compromised. Running servers reject its tokens. Waits up to 2 seconds for \
    every running server to apply the change, and prints which servers have. APIs that check JWTs by themselves reject \
    them as soon as they fetch the keys again, within five minutes.\n\n\
    Example:\n  jeton key revoke NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
)]
pub(crate) struct Revoke {
    /// Key id; `jeton key list` shows the ids
    // One id in 64 begins with a hyphen.
    #[arg(allow_hyphen_values = true)]
    kid: String,
    #[command(flatten)]
    output: OutputArgs,
}

impl Revoke {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let kid = KeyId::from_stored(self.kid);
        let views = context.administration().revoke_key(context.by(), &kid).await?;
        let nodes = Confirmations::of_region(&context).await;
        match self.output.format {
            Format::Json => output::json(&json!({ "keys": views, "nodes": nodes }))?,
            Format::Table => super::show(&views, self.output)?,
        }
        let is_sealing = views.iter().any(|key| key.purpose == "sealing");
        let others = if is_sealing {
            String::new()
        } else {
            let max_age = humantime::format_duration(JWKS_MAX_AGE);
            format!(" APIs that check JWTs by themselves may cache the key for {max_age}.")
        };
        output::say(&format!("Servers reject all tokens made with the key. {}{others}", nodes.sentence()));
        Ok(())
    }
}
