//! `jeton key revoke KID`

use clap::Args;
use jeton_core::keys::JWKS_MAX_AGE;
use jeton_core::model::{KeyId, KeyState};
use serde_json::json;

use crate::commands::confirmations::Confirmations;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::confirm::{Confirmation, count_of_accounts};
use crate::open::AdminContext;
use crate::print::output;
use crate::print::output::{Format, OutputArgs};

/// Revoke a key and all tokens made with it; the next key becomes active at once
#[derive(Debug, Args)]
#[command(
    after_help = "Use it for a key that may be compromised. Running servers reject its tokens. Waits up to 2 seconds for \
    every running server to apply the change, and prints which servers have. APIs that check JWTs by themselves reject \
    them as soon as they fetch the keys again, within five minutes.\n\n\
    Example:\n  jeton key revoke NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs --yes"
)]
pub(crate) struct Revoke {
    /// Key id; `jeton key list` shows the ids
    // One id in 64 begins with a hyphen.
    #[arg(allow_hyphen_values = true)]
    kid: String,
    #[command(flatten)]
    confirmation: Confirmation,
    #[command(flatten)]
    output: OutputArgs,
}

impl Revoke {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let kid = KeyId::from_stored(self.kid);
        if !self.confirmation.is_given() && is_active(&context, &kid).await? {
            let count = count_of_accounts(context.administration().count_accounts(context.by()).await?);
            let region = context.region();
            self.confirmation.ask_to_continue(&format!(
                "revokes the active key and all tokens made with it, in the region {region}, which has {count}"
            ))?;
        }
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

/// Only an active key has made tokens of all accounts that are in use now.
async fn is_active(context: &AdminContext, kid: &KeyId) -> Result<bool, Failure> {
    let keys = context.administration().list_keys(context.by()).await?;
    Ok(keys.iter().any(|key| key.kid == *kid && key.state == KeyState::Active))
}
