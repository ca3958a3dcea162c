//! `jeton region revoke-tokens`

use clap::Args;
use jeton_admin::view::RevokedTokens;
use serde_json::json;

use crate::commands::confirmations::Confirmations;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::confirm::{Confirmation, count_of_accounts};
use crate::open::AdminContext;
use crate::print::output;
use crate::print::output::{Format, OutputArgs};

/// Revoke all tokens of the region; the secrets can still obtain new ones
#[derive(Debug, Args)]
#[command(
    after_help = "Introspection reports the tokens as inactive. Waits up to 2 seconds for every running server to apply \
    the change, and prints which servers have. APIs that check tokens by themselves accept them until they expire.\n\n\
    `jeton restore` does this automatically. Run it if you restored a backup of the database in another way, because \
    the backup does not contain later revocations.\n\n\
    Example:\n  jeton region revoke-tokens --region eu --yes"
)]
pub(crate) struct RevokeTokens {
    #[command(flatten)]
    confirmation: Confirmation,
    #[command(flatten)]
    output: OutputArgs,
}

impl RevokeTokens {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        if !self.confirmation.is_given() {
            let count = count_of_accounts(context.administration().count_accounts(context.by()).await?);
            let effect = format!("revokes all tokens of the region {}, which has {count}", context.region());
            self.confirmation.ask_to_continue(&effect)?;
        }
        let RevokedTokens { subject, last_expiry } =
            context.administration().revoke_region_tokens(context.by()).await?;
        let (region, epoch) = (&subject.name, subject.epoch);
        let nodes = Confirmations::of_region(&context).await;
        match self.output.format {
            Format::Json => output::json(
                &json!({ "region": region, "epoch": epoch, "last_expiry": last_expiry, "nodes": nodes }),
            ),
            Format::Table => {
                output::say(&format!(
                    "Revoked all tokens of the region {region}: introspection reports them as inactive. {} APIs that \
                     check tokens by themselves accept them until they expire, at the latest by {last_expiry}. The \
                     accounts can obtain new tokens with their secrets.",
                    nodes.sentence()
                ));
                Ok(())
            }
        }
    }
}
